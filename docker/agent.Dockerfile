# The agent only: one static program and no shell. The kernel module stays a matter of the machine. Build context: the
# repository.
ARG BASE=debian:bookworm

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev linux-libc-dev make
WORKDIR /src
COPY kmod/uapi kmod/uapi
COPY apps/agent apps/agent
RUN make -C apps/agent clean rtprobe-agent \
 && mkdir -p /out/usr/bin /out/run/rtprobe /out/etc && cp apps/agent/rtprobe-agent /out/usr/bin \
 && strip /out/usr/bin/rtprobe-agent && touch /out/etc/machine-id

FROM scratch
COPY --from=build /out /
# Root without the capabilities that it does not need: those of a container do not pass to another user. The socket
# belongs to the group that runs the agent.
USER 0:65532
ENTRYPOINT ["/usr/bin/rtprobe-agent"]
CMD ["--group", "--socket", "/run/rtprobe/agent.sock"]
