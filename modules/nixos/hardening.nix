# The directives of the sandbox that hold for every unit: the service and its agents.
{
  NoNewPrivileges = true;
  RestrictSUIDSGID = true;

  ProtectSystem = "strict";
  ProtectHome = true;
  PrivateMounts = true;
  PrivateTmp = true;
  PrivateDevices = true;
  DevicePolicy = "closed";

  ProtectClock = true;
  ProtectControlGroups = true;
  ProtectHostname = true;
  ProtectKernelLogs = true;
  ProtectKernelModules = true;
  ProtectKernelTunables = true;

  LockPersonality = true;
  MemoryDenyWriteExecute = true;
  RemoveIPC = true;
  KeyringMode = "private";
  RestrictNamespaces = true;
  RestrictRealtime = true;
  SystemCallArchitectures = "native";
  SystemCallFilter = [
    "@system-service"
    "~@privileged"
  ];
  SystemCallErrorNumber = "EPERM";
}
