# NixOS modules for services that have a schema.
{
  # From the path of the schema to the documents that it refers to there, by their URLs.
  mapAt,
  schema,
  # Store path of the schema, unless the gate contains it.
  schemaInStore,
  # True if the service's own program is the gate.
  ownBinary,
}:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elemAt
    genList
    intersectAttrs
    length
    match
    ;
  fail = import ../fail.nix;

  # Attributes with a meaning of their own in a module, which settings therefore cannot have.
  reservedAttrs = {
    _class = null;
    _file = null;
    config = null;
    disabledModules = null;
    freeformType = null;
    imports = null;
    key = null;
    options = null;
    require = null;
  };
  conflicting = attrNames (intersectAttrs reservedAttrs (schema.properties or { }));

  mkModule =
    {
      name,
      title ? name,
      maintainers ? [ ],
      envPrefix ? null,
      package ? null,
      arguments ? _: [ ],
      format ? "toml",
      reload ? false,
      notify ? false,
      resolve ? false,
      ports ? _: { },
      folders ? _: { },
      addressFamilies ? _: [ ],
    }:
    let
      schemaMap = mapAt "/etc/${name}/schema.json";
      service = {
        # The unit names them below the folder of the service, so its text does not change with a store
        # path.
        schemaDocuments = genList (
          index:
          let
            url = elemAt (attrNames schemaMap) index;
          in
          {
            inherit url;
            file = "schemas/${toString index}";
            source = schemaMap.${url};
          }
        ) (if schemaInStore == null then 0 else length (attrNames schemaMap));
        inherit
          addressFamilies
          arguments
          envPrefix
          folders
          maintainers
          mapAt
          name
          ownBinary
          notify
          package
          ports
          reload
          resolve
          schema
          schemaInStore
          title
          ;
        format = (import ../formats.nix).parse format;
      };
    in
    if conflicting != [ ] then
      fail "mkModule: the schema of ${name} has reserved names of NixOS modules at its top level: ${concatStringsSep ", " conflicting}
move them into a section"
    else if resolve && schemaInStore != null && match "[a-z][a-z0-9-]*" name == null then
      fail "mkModule: invalid service name ${name}: `resolve` needs small letters, digits and `-`, starting with a letter
rename the service"
    else
      {
        _class = "nixos";
        _file = ./default.nix;
        # Importing the module several times counts once.
        key = "confgate: services.${name}";
        imports = [ (import ./module.nix service) ];
      };
in
/**
  Makes a NixOS module that declares `services.NAME` with settings typed from the schema, and runs the
  service on a config that passed the gate.

  # Inputs

  `name`

  : Name of the service, of its folder in `/etc` and of its program

  `schemaFile`

  : JSON Schema of the service; absent in `(forSchema …).mkModule` and `(forModel …).mkModule`

  `schemaMap`

  : Files and directories that stand for the URLs that the schema refers to

  `title`

  : Display name, without an article

  `maintainers`

  : Maintainers of the module, for `meta.maintainers`

  `envPrefix`

  : Prefix of its environment variables, by default the name in capitals

  `package`

  : From `pkgs` to its package, by default the one of its name

  `arguments`

  : From the path of the config to the arguments of the program

  `format`

  : `"toml"`, `"json"` or `"yaml"`

  `reload`

  : Whether the program reads its config again on SIGHUP; without it, every change restarts it

  `notify`

  : Whether the program reports its start and, with `reload`, the end of each reload to the service manager, as
    `sd_notify(3)` says (`Type=notify-reload`)

  `resolve`

  : Whether secrets are put into the config on the machine, for a program that does not resolve
    references itself

  `ports`

  : From the settings to `{ public, private }`: ports for other machines, and for this one

  `folders`

  : From the settings to the folders that the service writes to, by the names of the settings

  `addressFamilies`

  : From the settings to its address families beside `AF_INET`, `AF_INET6` and `AF_UNIX`

  # Type

  ```
  mkModule :: {
    name :: String;
    schemaFile :: Path ? (the schema of the library);
    schemaMap :: { String :: Path; } ? { };
    title :: String ? name;
    maintainers :: [ AttrSet ] ? [ ];
    envPrefix :: String | Null ? null;
    package :: (AttrSet -> Derivation) | Null ? null;
    arguments :: (String -> [ String ]) ? (_: [ ]);
    format :: String ? "toml";
    reload :: Bool ? false;
    notify :: Bool ? false;
    resolve :: Bool ? false;
    ports :: (AttrSet -> { public :: [ Int ]; private :: [ Int ]; }) ? (_: { });
    folders :: (AttrSet -> { String :: String; }) ? (_: { });
    addressFamilies :: (AttrSet -> [ String ]) ? (_: [ ]);
  } -> Module
  ```

  # Example

  ```nix
  nixosModules.default = confgate.lib.mkModule {
    name = "clock";
    schemaFile = ./schema.json;
    arguments = file: [ file ];
  };
  ```
*/
mkModule
