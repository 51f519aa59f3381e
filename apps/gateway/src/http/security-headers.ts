import type { SecurityHeadersOptions } from '@nestjs/common';

/** Our pages load their own files and call their own server; nothing else, and nothing inline. */
export const SECURITY_HEADERS: SecurityHeadersOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'img-src': ["'self'", 'data:'],
      // Pages say where they are by a <base>: see BASE_PATH.
      'base-uri': "'self'",
      'frame-ancestors': "'none'",
      'form-action': "'none'",
    },
  },
  xFrameOptions: { action: 'deny' },
  // The gateway itself speaks plain HTTP; whoever puts TLS in front of it sets this there.
  strictTransportSecurity: false,
  xXssProtection: false,
  xDownloadOptions: false,
  xDnsPrefetchControl: false,
  xPermittedCrossDomainPolicies: false,
};
