# Tailgate's images: docker build --target gateway . (or tailer, canary, cli).
# Each is Node, an init, one program and the packages that it needs at run time, by the lock file.

# The manifests alone: what they ask for is installed again only where they have changed.
FROM node:26-trixie-slim AS manifests
COPY . /all
RUN mkdir /manifests && cd /all && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json /manifests

FROM node:26-trixie-slim AS build
WORKDIR /src
COPY --from=manifests /manifests ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY . ./
# What runs needs neither sources nor types, and has packages of its own.
RUN npm run --silent build && \
  rm -rf apps/*/src libs/*/src apps/*/node_modules libs/*/node_modules && \
  find apps libs \( -name '*.d.ts' -o -name '*.map' -o -name '*.tsbuildinfo' -o -name 'tsconfig*.json' \) -delete

# `npm ci` of one program's packages. None of them has a step to run at its installation.
FROM node:26-trixie-slim AS packages
WORKDIR /app
COPY --from=manifests /manifests ./
ENV NPM_CONFIG_LOGLEVEL=error NPM_CONFIG_IGNORE_SCRIPTS=true NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false

FROM packages AS gateway-files
RUN npm ci --omit=dev -w @tailgate/gateway
COPY --from=build /src/libs libs
COPY --from=build /src/apps/gateway apps/gateway
COPY --from=build /src/apps/web/dist apps/web/dist
COPY --from=build /src/apps/web/dist apps/web/dist

FROM packages AS tailer-files
RUN npm ci --omit=dev -w @tailgate/tailer
COPY --from=build /src/libs libs
COPY --from=build /src/apps/tailer apps/tailer

FROM packages AS cli-files
RUN npm ci --omit=dev -w @tailgate/cli
COPY --from=build /src/libs libs
COPY --from=build /src/apps/cli apps/cli

FROM packages AS canary-files
RUN npm ci --omit=dev -w @tailgate/canary
COPY --from=build /src/libs libs
COPY --from=build /src/apps/canary apps/canary

FROM node:26-trixie-slim AS init
RUN apt-get update && apt-get install -y --no-install-recommends tini

FROM node:26-trixie-slim AS runtime
# Passes signals on, and buries what is orphaned.
COPY --from=init /usr/bin/tini /usr/bin/tini
# A new volume that is mounted here belongs to whom the folder belongs. The user's number, since Kubernetes can't tell who a name is.
RUN install -d -o 1000 -g 1000 /logs /files
WORKDIR /app
ENV NODE_ENV=production
USER 1000:1000
ENTRYPOINT ["tini", "--", "node"]

FROM runtime AS gateway
COPY --from=gateway-files /app /app
COPY deploy/docker/ready.mjs /app/
ENV HOST=0.0.0.0 FOLLOW=off LOGS=/logs/{name}.log
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "ready.mjs"]
CMD ["apps/gateway/dist/main.js"]

FROM runtime AS tailer
COPY --from=tailer-files /app /app
COPY deploy/docker/ready.mjs /app/
ENV HOST=0.0.0.0 METRICS_PORT=8081 LOGS=/logs/{name}.log
EXPOSE 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "ready.mjs"]
CMD ["apps/tailer/dist/main.js"]

FROM runtime AS canary
COPY --from=canary-files /app /app
COPY deploy/docker/ready.mjs /app/
ENV HOST=0.0.0.0 METRICS_PORT=8082 CANARY_FILE=/logs/canary.log
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["node", "ready.mjs"]
CMD ["apps/canary/dist/main.js"]

# `tailgate` on the command line: docker run --rm tailgate-cli tail --url http://… deployment/web
FROM runtime AS cli
COPY --from=cli-files /app /app
ENTRYPOINT ["tini", "--", "node", "apps/cli/bin/tailgate.js"]
CMD ["--help"]
