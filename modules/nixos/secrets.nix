# The secrets that settings refer to, held against those that the machine has. A reference is ${SECRET_NAME}, or the path of
# a credential where the program wants a file. What is sealed is opened with the identity of the machine.
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
    length
    mapAttrsToList
    unique
    ;
  inherit (builtins) elemAt match split;

  option = "services.${name}";
  credentials = "/run/credentials/${name}.service/";

  # `$${` is no reference, and one with a default can do without its secret.
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
  filesIn =
    text:
    map (part: {
      name = head part;
      required = true;
    }) (filter isList (split "${credentials}([^/ ]+)" text));

  # All references, each with the setting that has it.
  uses =
    place: value:
    if isString value then
      map (use: use // { inherit place; }) (
        (if hasInfix "\${SECRET_" value then referencesIn value else [ ])
        ++ (if hasInfix credentials value then filesIn value else [ ])
      )
    else if isAttrs value then
      concatLists (mapAttrsToList (key: uses "${place}.${key}") value)
    else if isList value then
      concatLists (imap0 (index: uses "${place}[${toString index}]") value)
    else
      [ ];

  # The settings with a sealed value.
  sealed =
    place: value:
    if isString value then
      if hasPrefix "encrypted:" value then [ place ] else [ ]
    else if isAttrs value then
      concatLists (mapAttrsToList (key: sealed "${place}.${key}") value)
    else if isList value then
      concatLists (imap0 (index: sealed "${place}[${toString index}]") value)
    else
      [ ];

  isName = secret: match "[A-Z][A-Z0-9_]*" secret != null;
in
cfg:
let
  used = groupBy (use: use.name) (uses "${option}.settings" cfg.settings);
  missing = filter (
    secret: !(cfg.secrets ? ${secret}) && any (use: use.required) used.${secret}
  ) (attrNames used);
  unused = filter (secret: !(used ? ${secret})) (attrNames cfg.secrets);
  locked = sealed "${option}.settings" cfg.settings;
  places = secret: unique (map (use: use.place) used.${secret});
  referring =
    places:
    "${concatStringsSep " and " places} ${if length places == 1 then "refers" else "refer"}";
in
{
  assertions =
    map (secret: {
      assertion = false;
      message = "${referring (places secret)} to the secret ${secret}, and there is no ${option}.secrets.${secret}: set it to the path of the file that holds the secret, such as \"/run/secrets/${secret}\"";
    }) missing
    ++ map (secret: {
      assertion = isName secret;
      message = "${option}.secrets.${secret}: the name of a secret is capitals, digits and _, and starts with a capital; rename it here and where the settings refer to it";
    }) (attrNames cfg.secrets)
    ++ map (place: {
      assertion = cfg.identity != null;
      message = "${place} is sealed, and there is no ${option}.identity to open it with: set it to the path of the machine's identity file, such as \"/etc/${name}.key\"";
    }) locked;

  warnings = map (
    secret:
    "${option}.secrets.${secret} is read when the service starts, and no setting refers to it: remove it, or write secret \"${secret}\" where it belongs in ${option}.settings"
  ) unused;
}
