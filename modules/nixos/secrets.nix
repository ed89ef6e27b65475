# Compares the secrets that settings refer to with those of the machine. A reference is
# ${SECRET_NAME}, or the path of a credential if the program expects a file. Sealed values need the
# identity of the machine.
{ lib, name }:
let
  inherit (lib)
    any
    attrNames
    concatLists
    concatStringsSep
    filter
    groupBy
    hasInfix
    hasPrefix
    head
    imap0
    isAttrs
    isList
    isString
    mapAttrsToList
    unique
    ;
  inherit (builtins) elemAt match split;

  option = "services.${name}";
  credentials = "/run/credentials/${name}.service/";

  # `$${` is an escape, not a reference; a reference with a default does not require its secret.
  referencesIn =
    text:
    let
      found = filter isList (split "(\\$?)\\$\\{SECRET_([A-Za-z0-9_]+)(:-[^}]*)?}" text);
      isReference = part: elemAt part 0 == "";
    in
    map (part: {
      name = elemAt part 1;
      required = elemAt part 2 == null;
    }) (filter isReference found);
  credentialsIn =
    text:
    map (part: {
      name = head part;
      required = true;
    }) (filter isList (split "${credentials}([^/ ]+)" text));

  # All references in a value, each with the name of its setting.
  referencesBelow =
    place: value:
    if isString value then
      map (reference: reference // { inherit place; }) (
        (if hasInfix "\${SECRET_" value then referencesIn value else [ ])
        ++ (if hasInfix credentials value then credentialsIn value else [ ])
      )
    else if isAttrs value then
      concatLists (mapAttrsToList (key: referencesBelow "${place}.${key}") value)
    else if isList value then
      concatLists (imap0 (index: referencesBelow "${place}[${toString index}]") value)
    else
      [ ];

  # Names of the settings with a sealed value.
  sealedBelow =
    place: value:
    if isString value then
      if hasPrefix "encrypted:" value then [ place ] else [ ]
    else if isAttrs value then
      concatLists (mapAttrsToList (key: sealedBelow "${place}.${key}") value)
    else if isList value then
      concatLists (imap0 (index: sealedBelow "${place}[${toString index}]") value)
    else
      [ ];

  isSecretName = secret: match "[A-Z][A-Z0-9_]*" secret != null;
in
cfg:
let
  references = groupBy (reference: reference.name) (
    referencesBelow "${option}.settings" cfg.settings
  );
  missing = filter (
    secret: !(cfg.secrets ? ${secret}) && any (reference: reference.required) references.${secret}
  ) (attrNames references);
  unused = filter (secret: !(references ? ${secret})) (attrNames cfg.secrets);
  sealed = sealedBelow "${option}.settings" cfg.settings;
  places = secret: unique (map (reference: reference.place) references.${secret});
in
{
  assertions =
    map (secret: {
      assertion = false;
      message = "secret ${secret} not found (needed by ${concatStringsSep " and " (places secret)}): set ${option}.secrets.${secret} to the path of its file, such as \"/run/secrets/${secret}\"";
    }) missing
    ++ map (secret: {
      assertion = isSecretName secret;
      # A name with other characters than letters may be a secret in the place of its name.
      message = "invalid secret name ${
        if match "[A-Za-z_-]+" secret != null then "${option}.secrets.${secret}" else "in ${option}.secrets"
      }: use capitals, digits and _, starting with a capital; rename it here and in the settings";
    }) (attrNames cfg.secrets)
    ++ map (place: {
      assertion = cfg.identity != null;
      message = "${place} cannot be decrypted: it is sealed, and ${option}.identity is not set; set it to the path of the machine's identity file, such as \"/etc/${name}.key\"";
    }) sealed;

  warnings = map (
    secret:
    "${option}.secrets.${secret} is not used: no setting refers to it; remove it, or write secret \"${secret}\" in ${option}.settings"
  ) unused;
}
