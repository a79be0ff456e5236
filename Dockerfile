# syntax=docker/dockerfile:1
# One image for every process of layers-onboarding: the worker by default, others by their command
# (`node dist/sandbox/main.js`); `layers-onboarding` is the command line.

# A version that still gets fixes; the oldest that works is that of `engines` in package.json.
ARG NODE_VERSION=22.23.2

# Debian, since the Temporal SDK has no build for the C library of Alpine.
FROM node:${NODE_VERSION}-bookworm-slim AS base
# The SDK's native part needs the certificates even where a connection uses none.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
# compiles, and bundles the workflows so that a worker starts without webpack
RUN npm run build

FROM base AS packages
COPY package.json package-lock.json .npmrc ./
# the SDK brings its native part for five platforms, about 25 MB each; the image needs its own
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM base
ARG GIT_SHA=unknown
LABEL org.opencontainers.image.title="layers-onboarding" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.revision="${GIT_SHA}"
# Set --max-old-space-size to about 80 % of the container's memory.
ENV NODE_ENV=production TZ=UTC NODE_OPTIONS=--max-old-space-size=800
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json .env.example ./
# what every hint of the command line names
RUN ln -s /app/dist/cli/main.js /usr/local/bin/layers-onboarding && chmod +x /app/dist/cli/main.js
# node, by its number: Kubernetes' runAsNonRoot knows no names
USER 1000:1000
# node itself gets SIGTERM; npm in front of it would keep it
CMD ["node", "dist/worker.js"]
