/** Injects the `Admission` of this process. */
export const ADMISSION = Symbol('Admission');

/** Injects the `AccessMode`. */
export const ACCESS_MODE = Symbol('AccessMode');

/** Injects the `Tickets`. */
export const TICKETS = Symbol('Tickets');

/** Injects the `TrustedProxies`. */
export const TRUSTED_PROXIES = Symbol('TrustedProxies');
