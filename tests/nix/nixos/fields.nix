# Every field of the bundled schema, with a valid value in `environment` that is not its default, and
# with a value of a wrong type. Both are derived from the schema, so new fields are included.
{
  environment,
  lib,
  schema,
}:
let
  inherit (lib)
    concatMap
    concatStringsSep
    findFirst
    ;

  formats = {
    human-duration = "31s";
    ip = "192.0.2.1";
    semver = "9.8.7";
    url = "https://other.example.net/path";
    host-port = "other.example.net:3478";
    socket-address = "192.0.2.1:8333";
  };

  # Values that cannot be derived from the schema.
  special = {
    "app.environment" = "Production";
    "database.url" = "sqlite:///var/lib/bitcraps/other.db";
    "treasury.treasury_address" = "0000000000000000000000000000000000000000000000000000000000000000";
    "network.turn_servers" = [ { url = "turn:turn.example.net:3478"; } ];
    performance = "PowerSaving";
    profiles = [
      {
        name = "other";
        set.network.max_connections = 7;
      }
    ];
    # Sections of the profile that choose between a number and a string.
    "performance.Custom.battery.background_limits.max_cpu_seconds" = "MAX";
    "performance.Custom.battery.background_limits.max_network_requests" = 7;
    "performance.Custom.battery.background_limits.max_db_operations" = "MAX";
  };

  defaultOf = field: field.x-defaults.${environment} or field.default or null;

  other = {
    boolean = field: defaultOf field == false;
    integer =
      field:
      let
        default = defaultOf field;
      in
      if default == field.maximum or null then default - 1 else default + 1;
    number =
      field:
      let
        default = defaultOf field;
        step = 0.01;
      in
      if default + step > field.maximum or (default + step) then default - step else default + step;
    string =
      field:
      if field ? enum then
        findFirst (value: value != defaultOf field) null field.enum
      else if field.x-secret or false then
        "\${SECRET_OTHER}"
      else
        formats.${field.format or ""} or "/var/lib/bitcraps/other";
    array = field: [ formats.${field.items.format} ];
  };

  wrong = {
    boolean = 1;
    integer = "1";
    number = "0.5";
    string = 1;
    array = "one";
  };

  fieldsIn =
    path: field:
    let
      name = concatStringsSep "." path;
    in
    if field.deprecated or false then
      [ ]
    else if field ? properties then
      concatMap (key: fieldsIn (path ++ [ key ]) field.properties.${key}) (
        builtins.attrNames field.properties
      )
    else
      [
        {
          inherit name path;
          reload = field.x-reload or "live";
          value = special.${name} or (other.${field.type} field);
          wrong = wrong.${field.type or ""} or 1.5;
        }
      ];

  custom = findFirst (branch: branch ? properties) null schema.properties.performance.oneOf;
in
concatMap (name: fieldsIn [ name ] schema.properties.${name}) (builtins.attrNames schema.properties)
++ concatMap (
  name:
  fieldsIn [
    "performance"
    "Custom"
    name
  ] custom.properties.Custom.properties.${name}
) (builtins.attrNames custom.properties.Custom.properties)
