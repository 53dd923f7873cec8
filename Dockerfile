# gw in a container: docker build -t gw --build-arg COMMIT=$(git rev-parse --short HEAD) .
#
# It runs without rights and writes nothing, so add what your platform offers:
#   docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges -p 8080:8080 \
#     -v "$PWD/krakend.json:/etc/gw/gateway.json:ro" gw
# A stop takes as long as the requests that are being answered: docker stop --time 45

FROM node:22-alpine AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY scripts ./scripts
RUN node scripts/setup.mjs
COPY src ./src
COPY config ./config
COPY templates ./templates
# The context has no history to ask.
ARG COMMIT=unknown
RUN npm run build -- --outfile /build/gw --commit "$COMMIT"

FROM alpine:3.22
# libstdc++ is all that gw needs besides the C library; the rest is for TLS to backends and for local time in logs.
# Files of KrakenD images are found in their place.
RUN apk add --no-cache libstdc++ ca-certificates tzdata \
  && adduser -D -H -u 1000 gw \
  && mkdir /etc/gw \
  && ln -s gw /etc/krakend
COPY --from=build /build/gw /usr/bin/gw
WORKDIR /etc/gw
# A number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
# Where the file sets another port, health path or TLS: --env HEALTH_URL=... The image has no curl; this wget is busybox.
ENV HEALTH_URL=http://127.0.0.1:8080/__health
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD wget -q -O /dev/null "$HEALTH_URL" || exit 1
ENTRYPOINT ["/usr/bin/gw"]
CMD ["run", "-c", "/etc/gw/gateway.json"]
