# Everything the tests need: compilers, QEMU, Chromium, Node. `npm test` runs the whole suite. Guests boot under
# QEMU's TCG, so no device of the host is needed. Build context: the repository.
ARG BASE=debian:bookworm

FROM ${BASE}
# npm has its own list of certificates; that of the base image can include a company's proxy.
ENV DEBIAN_FRONTEND=noninteractive CI=true NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
# Debian's Node is too old. It only starts npm, which installs the Node that runs the set-up.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git nodejs npm \
 && npm install --global --no-audit --no-fund --prefix /usr/local node@24 \
 && npm install --global --no-audit --no-fund --prefix /usr/local npm@11
WORKDIR /src
COPY . .
# The set-up that npm start and npm test run on any machine: Debian packages, npm packages, dashboard.
RUN node apps/cli/setup/main.mjs --only-setup && git init -q . && git add -A
CMD ["npm", "test"]
