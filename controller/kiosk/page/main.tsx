/** Puts the kiosk page on the screen. */
import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('kiosk');
if (root) render(<App />, root);
