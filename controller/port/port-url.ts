/**
 * Port URLs: `serial:/dev/serial/by-id/NAME?baud=115200&parity=even`, `tcp://HOST:PORT`, `tls://HOST:PORT?ca=FILE`, and
 * `hid:VENDOR:PRODUCT?serial=NUMBER&usagePage=8c` with the numbers that `lsusb` tells.
 */
import { TerminalError } from '../error.ts';

const PARITIES = ['none', 'even', 'odd', 'mark', 'space'] as const;
type Parity = (typeof PARITIES)[number];

export interface SerialAddress {
  readonly kind: 'serial';
  readonly path: string;
  readonly baud: number;
  readonly parity: Parity;
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
}
export interface TcpAddress {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
}
export interface TlsAddress {
  readonly kind: 'tls';
  readonly host: string;
  readonly port: number;
  /** A file in PEM form with the one authority that is believed; without it, those of the system. */
  readonly ca?: string;
  /** The name that the certificate must have, where it is not the host. */
  readonly name?: string;
}
export interface HidAddress {
  readonly kind: 'hid';
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string;
  readonly usagePage?: number;
}
export type PortAddress = SerialAddress | TcpAddress | TlsAddress | HidAddress;

const BAUD_DEFAULT = 115_200;
/** 4 Mbaud is the fastest rate of Linux termios. */
const BAUD_MAX = 4_000_000;
const SERIAL_EXAMPLE = 'serial:/dev/serial/by-id/NAME?baud=115200';
const TCP_EXAMPLE = 'tcp://127.0.0.1:4001';
const TLS_EXAMPLE = 'tls://library.example:6002?ca=/etc/credit-reading/library.pem';
const HID_EXAMPLE = 'hid:05e0:1300';

function wrong(url: string, part: string, what: string, example: string): TerminalError {
  return new TerminalError('port.url', `port "${url}": ${part} ${what}; write it like ${example}`);
}

export function parsePortUrl(url: string): PortAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'serial') return parseSerial(url);
  if (scheme === 'tcp') return parseTcp(url);
  if (scheme === 'tls') return parseTls(url);
  if (scheme === 'hid') return parseHid(url);
  const what = scheme ? `"${scheme}:" is neither serial:, tcp://, tls:// nor hid:` : 'is missing';
  throw wrong(url, 'the scheme', what, `${SERIAL_EXAMPLE}, ${TCP_EXAMPLE} or ${HID_EXAMPLE}`);
}

function parseHid(url: string): HidAddress {
  const [, vendor = '', product = '', query = ''] =
    /^hid:([0-9a-f]{4}):([0-9a-f]{4})(?:\?(.*))?$/i.exec(url) ?? [];
  if (!vendor)
    throw wrong(url, 'the rest', 'is not VENDOR:PRODUCT, four hexadecimal digits each', HID_EXAMPLE);
  const settings = new URLSearchParams(query);
  const page = settings.get('usagePage');
  if (page !== null && !/^[0-9a-f]{1,4}$/i.test(page))
    throw wrong(url, 'usagePage', `"${page}" is not hexadecimal`, `${HID_EXAMPLE}?usagePage=8c`);
  for (const name of settings.keys())
    if (name !== 'serial' && name !== 'usagePage')
      throw wrong(url, 'the setting', `"${name}" is not serial or usagePage`, `${HID_EXAMPLE}?serial=S1`);
  const serialNumber = settings.get('serial');
  return {
    kind: 'hid',
    vendorId: Number.parseInt(vendor, 16),
    productId: Number.parseInt(product, 16),
    ...(serialNumber === null ? {} : { serialNumber }),
    ...(page === null ? {} : { usagePage: Number.parseInt(page, 16) }),
  };
}

function parseTcp(url: string): TcpAddress {
  const { host, port, rest } = parseHostPort(url, TCP_EXAMPLE);
  if (rest !== '') throw wrong(url, 'the rest', `"${rest}" does not belong there`, TCP_EXAMPLE);
  return { kind: 'tcp', host, port };
}

function parseTls(url: string): TlsAddress {
  const { host, port, rest } = parseHostPort(url, TLS_EXAMPLE);
  if (rest !== '' && !rest.startsWith('?'))
    throw wrong(url, 'the rest', `"${rest}" does not belong there`, TLS_EXAMPLE);
  const settings = new URLSearchParams(rest);
  for (const setting of settings.keys())
    if (setting !== 'ca' && setting !== 'name')
      throw wrong(url, 'the setting', `"${setting}" is not ca or name`, TLS_EXAMPLE);
  const ca = settings.get('ca');
  const name = settings.get('name');
  if (ca !== null && !ca.startsWith('/')) throw wrong(url, 'ca', `"${ca}" is not a full path`, TLS_EXAMPLE);
  return { kind: 'tls', host, port, ...(ca !== null && { ca }), ...(name !== null && { name }) };
}

function parseHostPort(url: string, example: string): { host: string; port: number; rest: string } {
  const match = /^[a-z]+:\/\/(\[[0-9a-f:.]+\]|[^:/?#@[\]\s]*)(?::([^/?#]*))?(.*)$/i.exec(url);
  if (!match) throw wrong(url, 'the address', 'is not HOST:PORT', example);
  const [, host = '', port, rest = ''] = match;
  if (host === '') throw wrong(url, 'the host', 'is missing', example);
  if (port === undefined || port === '') throw wrong(url, 'the port number', 'is missing', example);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw wrong(url, 'the port number', `"${port}" is not 1 to 65535`, example);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), rest };
}

function parseSerial(url: string): SerialAddress {
  const rest = url.slice(url.indexOf(':') + 1);
  const cut = rest.indexOf('?');
  const path = cut < 0 ? rest : rest.slice(0, cut);
  if (!path.startsWith('/') || path.startsWith('//') || path.endsWith('/'))
    throw wrong(url, 'the path', `"${path}" is not the full path of a serial device`, SERIAL_EXAMPLE);
  const settings = new Map(new URLSearchParams(cut < 0 ? '' : rest.slice(cut + 1)));
  const take = (name: string): string | undefined => {
    const value = settings.get(name);
    settings.delete(name);
    return value;
  };
  const baud = take('baud') ?? String(BAUD_DEFAULT);
  if (!/^\d{1,7}$/.test(baud) || Number(baud) < 1 || Number(baud) > BAUD_MAX)
    throw wrong(url, 'baud', `"${baud}" is not a number up to ${BAUD_MAX}`, SERIAL_EXAMPLE);
  const address: SerialAddress = {
    kind: 'serial',
    path,
    baud: Number(baud),
    parity: oneOf(url, 'parity', take('parity') ?? 'none', PARITIES),
    dataBits: oneOf(url, 'dataBits', take('dataBits') ?? '8', ['7', '8']) === '7' ? 7 : 8,
    stopBits: oneOf(url, 'stopBits', take('stopBits') ?? '1', ['1', '2']) === '2' ? 2 : 1,
  };
  for (const name of settings.keys())
    throw wrong(url, 'the setting', `"${name}" is not baud, parity, dataBits or stopBits`, SERIAL_EXAMPLE);
  return address;
}

function oneOf<T extends string>(url: string, part: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw wrong(
      url,
      part,
      `"${value}" is not ${allowed.join(', ')}`,
      `${SERIAL_EXAMPLE}&${part}=${allowed[0]}`,
    );
  return found;
}
