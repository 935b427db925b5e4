# moab-relay as an image: for those who bring a PostgreSQL (DATABASE_URL). The embedded one, another
# 60 MB, is left out; without DATABASE_URL the relay ends with a sentence that says so.
# A glibc base on purpose: the same image can carry the embedded PostgreSQL, musl cannot.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts/build.mjs ./scripts/
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
# What is served as it is; everything else is in the build.
COPY --from=build /app/node_modules/htmx.org ./node_modules/htmx.org
COPY --from=build /app/node_modules/swagger-ui-dist ./node_modules/swagger-ui-dist
COPY --from=build /app/dist ./dist
COPY drizzle ./drizzle
COPY package.json ./
# Holds the master key when RELAY_KEY is not given: keep it, or nothing sealed can be opened again.
RUN mkdir /data && chown node:node /data && chmod 700 /data
VOLUME /data
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js", "serve"]
