# The mistakes of this folder, as tests/mistakes.rs reads them.
#
#   modules/NAME.nix   a config with a mistake, which the builder reports: `requests.NAME` is its request
#   calls/NAME.nix     a call with a mistake, which evaluating it reports: `calls.NAME`
#   evaluations/NAME.nix   a module that cannot be evaluated: `evaluations.NAME` is its bundle
let
  inherit (builtins)
    attrNames
    filter
    getFlake
    listToAttrs
    match
    readDir
    replaceStrings
    ;
  gate = import ../../../modules { };
  # The folder where `scripts/nix --prepare` puts the binary.
  stub = getFlake "path:${toString ../../../target/nixpkgs}";
  inherit (stub.legacyPackages.x86_64-linux) confgate;

  byName =
    folder: function:
    listToAttrs (
      map (file: {
        name = replaceStrings [ ".nix" ] [ "" ] file;
        value = function (folder + "/${file}");
      }) (filter (file: match ".*[.]nix" file != null) (attrNames (readDir folder)))
    );

  requestOf =
    file:
    let
      result = gate.evaluate {
        environment = "Production";
        modules = [ file ];
        root = ./.;
      };
    in
    {
      orders = [
        {
          name = "mistake";
          environment = "Production";
          format = "toml";
          inherit (result) settings origins problems;
        }
      ];
      sources = listToAttrs (
        map (name: {
          inherit name;
          value = toString ./. + "/${name}";
        }) result.files
      );
      schema = null;
    };
in
{
  requests = byName ./modules requestOf;
  calls = byName ./calls (file: import file { inherit confgate gate; });
  evaluations = byName ./evaluations (
    file:
    gate.mkBundle {
      environment = "Production";
      modules = [ file ];
      root = ./.;
      inherit confgate;
    }
  );
}
