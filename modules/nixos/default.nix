# `mkModule`: a NixOS module for a service that has a schema. It declares services.NAME with settings that are typed from the
# schema, and runs the service on a config that passed the gate.
#
#   mkModule { name = "clock"; arguments = file: [ file ]; }
#
# What it is not told it can do without; a service needs only a name.
{
  schema,
  # The schema's file in the store, when the gate does not have it in itself.
  schemaInStore,
  # Whether the service's own program is the gate.
  ownBinary,
}:
let
  inherit (builtins)
    attrNames
    concatStringsSep
    intersectAttrs
    match
    removeAttrs
    ;

  # What settings could not say, because a module that says it says something else.
  words = {
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
  taken = attrNames (intersectAttrs words (schema.properties or { }));

  mkModule =
    {
      # The name of the service, of its folder in /etc, and of its program.
      name,
      # What the service is, for people: without an article.
      title ? name,
      # What its environment variables begin with.
      envPrefix ? null,
      # pkgs to the service's package; by default the one that pkgs has under its name.
      package ? null,
      # The path of the config to what the program is called with.
      arguments ? _: [ ],
      # What the config is rendered as: "toml" or "json".
      format ? "toml",
      # Whether the program reads its config again on SIGHUP. If not, every change restarts it.
      reload ? false,
      # Whether secrets are put into the config on the machine, before the program starts: for one that does not know how.
      resolve ? false,
      # Settings to { public, private }: the ports that it listens on, for other machines and for this one.
      ports ? _: { },
      # Settings to the folders that it writes to, by the names of the settings that say so.
      folders ? _: { },
      # Settings to the kinds of sockets that it uses beside those of the internet.
      addressFamilies ? _: [ ],
    }:
    let
      service = {
        inherit
          addressFamilies
          arguments
          envPrefix
          folders
          format
          schemaInStore
          name
          ownBinary
          package
          ports
          reload
          resolve
          schema
          title
          ;
      };
    in
    if taken != [ ] then
      throw "mkModule: the schema of ${name} has ${concatStringsSep ", " taken} at its top, which NixOS modules take for words of their own: move it into a section"
    else if resolve && schemaInStore != null && match "[a-z][a-z0-9-]*" name == null then
      throw "mkModule: ${name} cannot resolve: the gate takes small letters, digits and dashes for the name of a service"
    else
      {
        _class = "nixos";
        _file = ./default.nix;
        # However often it is imported, it is one module.
        key = "confgate: services.${name}";
        imports = [ (import ./module.nix service) ];
      };
in
arguments:
if arguments ? schemaFile then
  (import ../. { inherit (arguments) schemaFile; }).mkModule (
    removeAttrs arguments [ "schemaFile" ]
  )
else
  mkModule arguments
