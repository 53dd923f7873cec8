# as root; 'install' replaces a program that is running without disturbing it
set -eu
install -D -m 0755 -- dist/gw /opt/gw/gw
install -D -m 0644 -- gateway.json /opt/gw/gateway.json
install -d -m 0755 /usr/local/share/man/man1
/opt/gw/gw help --man > /usr/local/share/man/man1/gw.1
cat > /etc/systemd/system/gw.service <<'END_OF_GW_SERVICE'
# /etc/systemd/system/gw.service
# Written by "gw systemd". Do not edit: render again, or override with "systemctl edit gw".
[Unit]
Description=gw API gateway
# to have the page there: gw help --man > /usr/local/share/man/man1/gw.1
Documentation=file:///usr/local/share/man/man1/gw.1
Wants=network-online.target
After=network-online.target nss-lookup.target
StartLimitIntervalSec=60
StartLimitBurst=10

[Service]
Type=exec
WorkingDirectory=/opt/gw
# optional: variables KRAKEND_<KEY>, GW_<KEY>, FC_*; render this unit with the same ones set
EnvironmentFile=-/etc/gw/env
UnsetEnvironment=BUN_OPTIONS BUN_BE_BUN
ExecStartPre=/opt/gw/gw check -t -c /opt/gw/gateway.json
ExecStart=/opt/gw/gw run -c /opt/gw/gateway.json
Restart=always
RestartSec=500ms
TimeoutStartSec=30s
# SIGTERM: health answers 503 and gw serves on for the shutdown delay (5s), then closes the
# listener and waits for requests in flight (max_shutdown_wait_time, 30s); 10 s to spare
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=45s

# a user that exists while the unit runs; where files must be readable by gw alone (TLS keys), create
# the user gw and give them to it: it is used then
DynamicUser=yes
User=gw
Group=gw
UMask=0077
ConfigurationDirectory=gw
RuntimeDirectory=gw
RuntimeDirectoryMode=0700

LimitNOFILE=262144
LimitCORE=0
TasksMax=512
MemoryMax=2G
OOMPolicy=stop

StandardOutput=journal
StandardError=journal
SyslogIdentifier=gw

AmbientCapabilities=
CapabilityBoundingSet=
PrivateUsers=yes
NoNewPrivileges=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
InaccessiblePaths=-/boot -/root
PrivateDevices=yes
DevicePolicy=closed
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# no MemoryDenyWriteExecute: the JavaScript engine compiles to memory

[Install]
WantedBy=multi-user.target
END_OF_GW_SERVICE
systemctl daemon-reload
systemctl enable gw
systemctl restart gw
systemctl --no-pager status gw
