# Valkey for tests where no image of the project can be had. Debian's is built from the same sources.
FROM debian:trixie-slim
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends valkey-server \
  && rm -rf /var/lib/apt/lists/*
