# Matchbox in a container. Its only build step is `./run build`, which is tested; no container engine was there to test this file.
#
#   docker build -f appliance.Dockerfile -t matchbox \
#       --build-arg SDK_IMAGE=… --build-arg RUNTIME_IMAGE=… .
#
# SDK_IMAGE and RUNTIME_IMAGE are the vendor's images `dotnet/sdk:10.0` and `dotnet/runtime-deps:10.0`, from wherever you keep them.
#
#   docker run --network host -v matchbox-state:/var/lib/matchbox-state -v /var/lib/matchbox:/var/lib/matchbox:ro \
#       -v ./appliance.yaml:/etc/matchbox/appliance.yaml:ro matchbox
#
# The arguments of poseidon/matchbox's container work as they are (docs/migrating.md):
#
#   docker run --network host -v matchbox-state:/var/lib/matchbox-state -v /var/lib/matchbox:/var/lib/matchbox:ro \
#       matchbox -address=0.0.0.0:8080 -log-level=debug
#
# DHCP needs the host's network: broadcasts do not cross a bridge with address translation.

ARG SDK_IMAGE
ARG RUNTIME_IMAGE
ARG DEBIAN_IMAGE=debian:12-slim

# The boot loaders come out of Debian's packages.
FROM ${DEBIAN_IMAGE} AS loaders
WORKDIR /source
COPY assets assets
RUN assets/loaders.sh

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY . .
COPY --from=loaders /source/assets/loaders assets/loaders
RUN ./run build

FROM ${RUNTIME_IMAGE}
USER root
RUN apt-get -qq update \
 && apt-get -qqy install --no-install-recommends libcap2-bin \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 961 --no-create-home --home-dir /var/lib/matchbox-state matchbox \
 && install -d -o matchbox -g matchbox -m 0750 /var/lib/matchbox-state \
 && install -d /var/lib/matchbox /etc/matchbox
COPY --from=build /source/artifacts/matchbox /opt/matchbox
# Ports 67, 69 and 4011, and frames to machines without an address, without root.
RUN setcap cap_net_bind_service,cap_net_raw+ep /opt/matchbox/matchbox \
 && ln -s /opt/matchbox/matchbox /usr/local/bin/matchbox \
 && ln -s /opt/matchbox/matchbox /matchbox
USER matchbox
ENV MATCHBOX_STATE_PATH=/var/lib/matchbox-state
# 64 MiB between two collections, as in configs/matchbox.service.
ENV DOTNET_GCgen0size=0x4000000
VOLUME ["/var/lib/matchbox-state"]
EXPOSE 67/udp 69/udp 4011/udp 8080/tcp 8081/tcp
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["/matchbox", "health"]
# Without arguments it serves.
ENTRYPOINT ["/matchbox"]
