# Tested in part: the second stage was built on a debootstrap base and ran; the first stage was never built,
# because no image could be pulled.
FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libssl-dev pkg-config && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked -p broadsheet

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl3 ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home broadsheet
COPY --from=build /src/target/dist/broadsheet /usr/local/bin/broadsheet
USER broadsheet
WORKDIR /data
VOLUME /data
ENV BROADSHEET_LISTEN=0.0.0.0:8080 BROADSHEET_DATA_DIR=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD curl -fsS http://127.0.0.1:8080/health/ready || exit 1
ENTRYPOINT ["broadsheet"]
CMD ["serve"]
