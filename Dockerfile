# One image for API and workers; INLET_ROLE selects the role. See docs/deployment.md.
FROM node:22-slim AS build
ENV CI=true
WORKDIR /src
RUN npm install --global pnpm@12.21.0
# Only these files decide the downloads, so a change of the sources keeps this layer.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch
COPY . .
RUN pnpm install --frozen-lockfile --offline && pnpm build
# The server with its production dependencies, and the browser bundles in the folders where it looks for them.
RUN pnpm --filter @inlet/api deploy --prod /out/apps/api \
  && for bundle in apps/widget apps/playground packages/embed; do \
    mkdir -p "/out/$bundle" && cp -R "$bundle/dist" "/out/$bundle/dist" || exit 1; \
  done \
  && find /out -type f \( -name '*.map' -o -name '*.d.[cm]ts' -o -name '*.d.ts' -o -name .tsbuildinfo \) -delete \
  && chmod +x /out/apps/api/dist/cli.js

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 INLET_DATA_DIR=/data
# Memory settings; scripts/server-runtime.mjs explains them.
ENV NODE_OPTIONS=--max-semi-space-size=8 MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
COPY --from=build /out /app
RUN ln -s /app/apps/api/dist/cli.js /usr/local/bin/inlet && install -d -m 700 -o node -g node /data
USER node
WORKDIR /data
# The embedded database and its key; unused with MONGODB_URI.
VOLUME /data
EXPOSE 4000
# `inlet serve` exits within INLET_SHUTDOWN_SECONDS plus five: allow about 30 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["inlet"]
CMD ["serve"]
