#!/bin/sh
exec /usr/lib/rtprobe/bin/node /usr/lib/rtprobe/apps/cli/src/main.ts "$@"
