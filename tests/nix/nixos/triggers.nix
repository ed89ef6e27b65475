# `changed`: the attributes of the unit that change with each field. `admitted`: a fleet with a node for
# each field, to prove that the changed values are valid.
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

  # TLS can be off in Staging, so every field can change alone.
  environment = "Staging";
  schema = lib.importJSON ../../../modules/schema.json;
  fields = import ./fields.nix { inherit environment lib schema; };

  # Fields of the profile are compared with a base that has one.
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
    # NixOS compares units without their documentation.
    removeAttrs unit [
      "documentation"
      "serviceConfig"
    ]
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

  # The gate rejects every config of a newer version than its own.
  admitted = (import ../../../modules { }).mkFleet {
    inherit (pkgs) confgate;
    nodes = listToAttrs (
      map (
        field:
        nameValuePair field.name {
          # The environment of the config has to match.
          environment = if field.name == "app.environment" then field.value else environment;
          modules = [ (changed field) ];
        }
      ) (filter (field: field.name != "version") fields)
    );
  };

  # The attributes of the unit that change with another Confgate, or with the position of a value.
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

  # The options that accept the wrong value of their field.
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
