# What of the unit changes with each field: `changed`. `admitted` is a fleet with a node for each of them, which proves that
# the changed values are ones that a node can have.
let
  inherit (import ./machine.nix)
    bitcraps
    lib
    machine
    pkgs
    ;
  inherit (lib)
    attrNames
    concatMap
    filter
    hasPrefix
    listToAttrs
    nameValuePair
    setAttrByPath
    ;

  # Where TLS may be off, so that every field can change by itself.
  environment = "Staging";
  schema = lib.importJSON ../../../modules/schema.json;
  fields = import ./fields.nix { inherit environment lib schema; };

  # Fields of the profile change from another base, which has one.
  ownProfile = {
    performance.Custom = { };
  };
  baseOf = field: if hasPrefix "performance.Custom" field.name then ownProfile else { };
  changed = field: setAttrByPath field.path field.value;

  unit =
    settings:
    (machine [
      bitcraps
      {
        services.bitcraps = {
          enable = true;
          inherit environment;
          secrets.OTHER = "/run/secrets/other";
          settings.imports = settings;
        };
      }
    ]).config.systemd.services.bitcraps;
  plain = unit [ { } ];
  custom = unit [ ownProfile ];

  flat =
    unit:
    removeAttrs unit [ "serviceConfig" ]
    // lib.mapAttrs' (name: nameValuePair "serviceConfig.${name}") unit.serviceConfig;

  difference =
    before: after:
    let
      old = flat before;
      new = flat after;
    in
    filter (name: old.${name} or null != new.${name} or null) (attrNames (old // new));
in
{
  changed = listToAttrs (
    map (
      field:
      nameValuePair field.name {
        inherit (field) reload;
        changes = difference (if baseOf field == { } then plain else custom) (unit [
          (baseOf field)
          (changed field)
        ]);
      }
    ) fields
  );

  # A config of a newer version than the program is refused, whatever else it says.
  admitted = (import ../../../modules { }).mkFleet {
    inherit (pkgs) confgate;
    nodes = listToAttrs (
      map (
        field:
        nameValuePair field.name {
          # The one field that must say what the config is for.
          environment = if field.name == "app.environment" then field.value else environment;
          modules = [ (changed field) ];
        }
      ) (filter (field: field.name != "version") fields)
    );
  };

  # What of the unit changes with another Confgate, and with a value that is written elsewhere.
  untouched =
    let
      elsewhere =
        (machine [
          bitcraps
          {
            services.bitcraps = {
              enable = true;
              inherit environment;
              confgatePackage = pkgs.coreutils // {
                meta.mainProgram = "confgate";
              };
              secrets.OTHER = "/run/secrets/other";
              settings.app.name = lib.mkDefault "BitCraps";
            };
          }
        ]).config.systemd.services.bitcraps;
    in
    difference plain elsewhere;

  # Whether an option takes the wrong value of each field.
  taken = concatMap (
    field:
    let
      settings =
        (machine [
          bitcraps
          { services.bitcraps.settings = setAttrByPath field.path field.wrong; }
        ]).config.services.bitcraps.settings;
    in
    if (builtins.tryEval (builtins.deepSeq settings null)).success then [ field.name ] else [ ]
  ) fields;
}
