export type Role = 'tailer' | 'gateway';

export type MemberName = `${Role}-${1 | 2 | 3}`;

export const TAILERS: readonly MemberName[] = ['tailer-1', 'tailer-2', 'tailer-3'];

export const GATEWAYS: readonly MemberName[] = ['gateway-1', 'gateway-2', 'gateway-3'];

export const MEMBERS: readonly MemberName[] = [...TAILERS, ...GATEWAYS];

export function roleOf(name: MemberName): Role {
  return name.startsWith('tailer') ? 'tailer' : 'gateway';
}
