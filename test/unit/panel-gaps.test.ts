import { afterEach, expect, test, vi } from 'vitest';
import { Panel } from '../../controller/panel/panel.ts';
import { PanelPlugin } from '../../controller/panel/plugin.ts';
import { Components } from '../../drivers/johnny-five.ts';
import { PanelBoard } from './panel-board.ts';

afterEach(() => vi.useRealTimers());

test('an error of the plugin does not end the process', async () => {
  const plugin = new PanelPlugin(new PanelBoard());
  const components = await Components.open(plugin);
  expect(() => plugin.emit('error', new Error('link'))).not.toThrow();
  components.close();
  plugin.close();
  expect(plugin.eventNames()).toEqual([]);
});

test('the thermometer wakes the host once a second', async () => {
  const panel = await Panel.open(new PanelBoard(), { temperature: 'none', onButton: () => {} });
  panel.close();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const intervals = vi.spyOn(globalThis, 'setInterval');
  const measuring = await Panel.open(new PanelBoard(), { temperature: 'TMP36', onButton: () => {} });
  expect(intervals.mock.calls.map(([, ms]) => ms)).toEqual([1_000]);
  measuring.close();
});
