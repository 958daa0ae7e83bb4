# Every toolchain and the farm on Debian bookworm. Builds with the classic builder as well as with BuildKit.
#
#   docker build -t crafting-table .
#   docker build -t crafting-table --build-arg PACKS="python ts bash" .
#
#   PACKS    the language packs whose toolchains are installed (default: all)
#   PARTIAL  1: a toolchain that cannot be installed does not fail the build, which says at its end, as `smoke.sh` does, what is missing
#   SUDO     1: crafter may become root without a password
#
# Mirrors, pinned versions: the variables at the top of each plugins/*/toolchain.sh, handed in by --build-arg TOOLCHAIN_ENV="GO_MIRROR=… NODE_MIRROR=…".

# The farm's own Node: 22, since SQLite's binding (better-sqlite3 12) aborts on 24 when a statement is collected. As a wheel, whose
# checksums are known (x86_64, aarch64). It is the projects' `node` too; the pack ts brings a newer one beside it.
ARG NODE=22.20.0
ARG NODE_SHA256="b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21 7a2b0989194148f66e9295d8f11bc463bde02cbe276517f4d20a310fb84780ae"

# What toolchains are installed by, and nothing else: a layer for each. A change of a parser changes none of them.
FROM debian:bookworm-slim AS scripts
ARG PACKS=""
COPY plugins /plugins
RUN bash /plugins/layers.sh split 20 /plugins /layers $PACKS \
 && mkdir -p /machine /node/ts && cp /plugins/install.sh /plugins/layers.sh /machine/ && cp /plugins/ts/toolchain.sh /node/ts/

FROM debian:bookworm-slim AS machine
ENV LANG=C.UTF-8 CRAFTING_INSTALL=/usr/local/lib/crafting-table/install.sh
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends ca-certificates curl git bubblewrap tini procps xz-utils >/dev/null \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /usr/local/lib/crafting-table
COPY --from=scripts /machine ./

FROM machine AS node
ARG NODE
ARG NODE_SHA256
ARG TOOLCHAIN_ENV=""
COPY --from=scripts /node ./
RUN env $TOOLCHAIN_ENV CRAFTING_STEPS=node NODE_VERSION="$NODE" NODE_WHEEL_SHA256="$NODE_SHA256" NODE_MIRROR=none: bash ts/toolchain.sh

# Copied, so that a change of how Node is installed changes nothing that follows as long as it is the same Node.
FROM machine AS base
ARG NODE
COPY --from=node /opt/node-$NODE /opt/node-$NODE
RUN for program in node npm npx; do ln -s "/opt/node-$NODE/bin/$program" "/usr/local/bin/$program"; done \
 && ln -s "/opt/node-$NODE/bin/node" /usr/local/lib/crafting-table/node

# The farm. Its one native module is compiled here, since a prebuilt one comes from elsewhere than the registry.
FROM base AS farm
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends build-essential python3 >/dev/null
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm_config_nodedir="$(dirname "$(dirname "$(realpath "$(command -v node)")")")" npm ci --omit=dev --loglevel=error
COPY . .

# A toolchain a layer, by the name of its pack: a change of one installs that one anew and those after it. Numbers, since a Dockerfile has
# no loop: what packs there are is known to layers.sh alone. Numbers without a pack do nothing, the last takes all that are left.
FROM base AS toolchains
ARG PARTIAL=""
ARG TOOLCHAIN_ENV=""
COPY --from=scripts /layers/01 ./
RUN bash layers.sh install 01
COPY --from=scripts /layers/02 ./
RUN bash layers.sh install 02
COPY --from=scripts /layers/03 ./
RUN bash layers.sh install 03
COPY --from=scripts /layers/04 ./
RUN bash layers.sh install 04
COPY --from=scripts /layers/05 ./
RUN bash layers.sh install 05
COPY --from=scripts /layers/06 ./
RUN bash layers.sh install 06
COPY --from=scripts /layers/07 ./
RUN bash layers.sh install 07
COPY --from=scripts /layers/08 ./
RUN bash layers.sh install 08
COPY --from=scripts /layers/09 ./
RUN bash layers.sh install 09
COPY --from=scripts /layers/10 ./
RUN bash layers.sh install 10
COPY --from=scripts /layers/11 ./
RUN bash layers.sh install 11
COPY --from=scripts /layers/12 ./
RUN bash layers.sh install 12
COPY --from=scripts /layers/13 ./
RUN bash layers.sh install 13
COPY --from=scripts /layers/14 ./
RUN bash layers.sh install 14
COPY --from=scripts /layers/15 ./
RUN bash layers.sh install 15
COPY --from=scripts /layers/16 ./
RUN bash layers.sh install 16
COPY --from=scripts /layers/17 ./
RUN bash layers.sh install 17
COPY --from=scripts /layers/18 ./
RUN bash layers.sh install 18
COPY --from=scripts /layers/19 ./
RUN bash layers.sh install 19
COPY --from=scripts /layers/20 ./
RUN bash layers.sh install 20
RUN if [ -s missing ]; then echo "Not in this image:" && cat missing; fi

FROM toolchains
ARG SUDO=""
RUN useradd --create-home --uid 1000 --shell /bin/bash crafter \
 && mkdir -p /data /workspace /caches && chown crafter:crafter /data /workspace /caches && chmod 700 /data \
 && if [ "$SUDO" = 1 ]; then \
      apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends sudo >/dev/null && rm -rf /var/lib/apt/lists/* \
      && echo 'crafter ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/crafter && chmod 440 /etc/sudoers.d/crafter; \
    fi

ARG PACKS=""
ARG VERSION=0.1.0
COPY --from=farm /app /app
# By its own Node, whatever `node` comes to be; the packs are known for smoke.sh; what starts is compiled now, for a user who cannot write here.
RUN sed -i '1s|.*|#!/usr/local/lib/crafting-table/node|' /app/bin/crafting-table.js && chmod 755 /app/bin/crafting-table.js /app/smoke.sh \
 && ln -s /app/bin/crafting-table.js /usr/local/bin/crafting-table && ln -s /app/smoke.sh /usr/local/bin/smoke.sh \
 && ln -sfn /app/plugins/install.sh install.sh && echo "$PACKS" >/app/.packs \
 && HOME=/tmp/home crafting-table --help >/dev/null && rm -rf /tmp/home

LABEL org.opencontainers.image.title="crafting-table" \
      org.opencontainers.image.description="Self-hosted, polyglot build farm: any repository in, findings out" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"

ENV CRAFTING_DATA_DIR=/data CRAFTING_WORKSPACE_DIR=/workspace CRAFTING_CACHE_DIR=/caches
USER crafter
WORKDIR /home/crafter
VOLUME ["/data", "/workspace", "/caches"]
EXPOSE 8810
# 403: it lives, and its allowlist has no place for this address.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:${CRAFTING_PORT:-8810}/healthz" | grep -qxE '200|403'
# Reaps what jobs leave behind.
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/usr/local/lib/crafting-table/node", "--max-semi-space-size=1", "/app/bin/crafting-table.js", "serve"]
