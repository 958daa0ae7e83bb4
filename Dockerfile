# Every toolchain and the farm on Debian bookworm. Builds with the classic builder as well as with BuildKit.
#
#   docker build -t crafting-table .
#   docker build -t crafting-table --build-arg PACKS="python ts bash" .
#
#   PACKS    the language packs whose toolchains are installed (default: all)
#   PARTIAL  1: a toolchain that cannot be installed does not fail the build; `smoke.sh` says what is missing
#   SUDO     1: crafter may become root without a password
#
# Mirrors, pinned versions: the variables at the top of each plugins/*/toolchain.sh, handed in by --build-arg TOOLCHAIN_ENV="GO_MIRROR=… NODE_MIRROR=…".

# What toolchains are installed by, and nothing else: a change of a parser changes none of it, and what is built upon it is found in the cache.
FROM debian:bookworm-slim AS scripts
COPY plugins /plugins
RUN mkdir -p /toolchains && cp /plugins/install.sh /toolchains/ \
 && for script in /plugins/*/toolchain.sh; do \
      folder="/toolchains/$(basename "$(dirname "$script")")"; mkdir -p "$folder" && cp "$script" "$folder/"; \
    done

FROM debian:bookworm-slim AS machine
ENV LANG=C.UTF-8 CRAFTING_INSTALL=/usr/local/lib/crafting-table/install.sh
COPY --from=scripts /toolchains /usr/local/lib/crafting-table
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends ca-certificates curl git bubblewrap tini procps xz-utils >/dev/null \
 && rm -rf /var/lib/apt/lists/*

# Node, which the farm runs on: 22, since SQLite's binding (better-sqlite3 12) aborts on 24 when a statement is collected. As a wheel,
# whose checksums are known (x86_64, aarch64). The packs may bring a newer one for projects; it does not become `node`.
FROM machine AS node
ARG TOOLCHAIN_ENV=""
ARG NODE_WHEEL=22.20.0
ARG NODE_WHEEL_SHA256="b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21 7a2b0989194148f66e9295d8f11bc463bde02cbe276517f4d20a310fb84780ae"
RUN env $TOOLCHAIN_ENV CRAFTING_STEPS=node NODE_VERSION="$NODE_WHEEL" NODE_WHEEL_SHA256="$NODE_WHEEL_SHA256" NODE_MIRROR=none: \
      bash /usr/local/lib/crafting-table/ts/toolchain.sh \
 && rm -rf /var/lib/apt/lists/* /root/.cache

# The farm. Its one native module is compiled here, since a prebuilt one comes from elsewhere than the registry.
FROM node AS farm
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends build-essential python3 >/dev/null
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm_config_nodedir="$(dirname "$(dirname "$(realpath "$(command -v node)")")")" npm ci --omit=dev --loglevel=error
COPY . .

FROM node
ARG PACKS=""
ARG PARTIAL=""
ARG SUDO=""
ARG TOOLCHAIN_ENV=""
ARG VERSION=0.1.0
# One layer for all: they share Debian's packages.
RUN cd /usr/local/lib/crafting-table && failed="" \
 && for pack in $PACKS; do [ -d "$pack" ] || { echo "there is no pack $pack; there are: $(ls -d */ | tr -d /)" >&2; exit 1; }; done \
 && for script in */toolchain.sh; do \
      pack="$(dirname "$script")"; \
      case " ${PACKS:-$pack} any " in *" $pack "*) ;; *) continue ;; esac; \
      if env $TOOLCHAIN_ENV bash "$script"; then :; else failed="$failed $pack"; fi; \
      apt-get clean; rm -rf /root/.cache /root/.npm /tmp/* /var/tmp/*; \
    done \
 && rm -rf /var/lib/apt/lists/* \
 && if [ -n "$failed" ]; then echo "not whole:$failed" >&2; [ "$PARTIAL" = 1 ]; fi

RUN useradd --create-home --uid 1000 --shell /bin/bash crafter \
 && mkdir -p /data /workspace /caches && chown crafter:crafter /data /workspace /caches && chmod 700 /data \
 && if [ "$SUDO" = 1 ]; then \
      apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends sudo >/dev/null && rm -rf /var/lib/apt/lists/* \
      && echo 'crafter ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/crafter && chmod 440 /etc/sudoers.d/crafter; \
    fi

COPY --from=farm /app /app
# The packs are known for smoke.sh; and what starts is compiled now, for a user who cannot write here.
RUN ln -s /app/bin/crafting-table.js /usr/local/bin/crafting-table && ln -s /app/smoke.sh /usr/local/bin/smoke.sh \
 && ln -sfn /app/plugins/install.sh /usr/local/lib/crafting-table/install.sh \
 && echo "$PACKS" >/app/.packs && chmod 755 /app/bin/crafting-table.js \
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
CMD ["node", "--max-semi-space-size=1", "/app/bin/crafting-table.js", "serve"]
