# The bridge and the dashboard only, for a machine that watches others: no compiler, no npm, an unprivileged user.
# Two stages, so that the image contains only what runs. Build context: the repository.
ARG BASE=debian:bookworm

FROM ${BASE} AS build
# npm has its own list of certificates; that of the base image can include a company's proxy.
ENV DEBIAN_FRONTEND=noninteractive NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
# Debian's Node is too old for the build. It only starts npm, which installs a newer Node.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates nodejs npm \
 && npm install --global --no-audit --no-fund --prefix /usr/local node@24 \
 && npm install --global --no-audit --no-fund --prefix /usr/local npm@11
WORKDIR /src
COPY package.json package-lock.json .npmrc turbo.json tsconfig.base.json ./
COPY packages packages
COPY apps apps
RUN npm install --no-save --no-audit --no-fund --loglevel=error \
 && npm run build --workspace apps/dashboard \
 && mkdir -p /out/bin && cp "$(node_modules/.bin/node -p process.execPath)" /out/bin/node \
 && npm prune --omit=dev --omit=optional --no-save --no-audit --no-fund \
 && find node_modules -name '*.map' -delete

FROM ${BASE}
ENV DEBIAN_FRONTEND=noninteractive
# Puts the history store into /var/lib/rtprobe; mount a volume there to keep it.
ENV XDG_STATE_HOME=/var/lib
# openssh-client: the bridge follows a remote host by `ssh HOST rtprobe-agent`. pci.ids, usb.ids: names of devices.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libstdc++6 openssh-client pci.ids usb.ids \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 65532 rtprobe \
 && useradd --system --uid 65532 --gid rtprobe --create-home --home-dir /var/lib/rtprobe --shell /usr/sbin/nologin rtprobe
COPY --from=build /out/bin/node /usr/local/bin/node
COPY --from=build /src/package.json /opt/rtprobe/package.json
COPY --from=build /src/node_modules /opt/rtprobe/node_modules
COPY --from=build /src/packages /opt/rtprobe/packages
COPY --from=build /src/apps/bridge /opt/rtprobe/apps/bridge
COPY --from=build /src/apps/cli /opt/rtprobe/apps/cli
COPY --from=build /src/apps/dashboard/package.json /opt/rtprobe/apps/dashboard/package.json
COPY --from=build /src/apps/dashboard/dist /opt/rtprobe/apps/dashboard/dist
USER rtprobe
WORKDIR /var/lib/rtprobe
EXPOSE 9154
ENTRYPOINT ["/usr/local/bin/node", "/opt/rtprobe/apps/cli/src/main.ts"]
CMD ["serve", "--help"]
