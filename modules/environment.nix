# The four environments, and the spellings that people use for them.
let
  inherit (builtins) concatStringsSep;

  names = [
    "Development"
    "Testing"
    "Staging"
    "Production"
  ];

  spellings = {
    Development = "Development";
    development = "Development";
    dev = "Development";
    Testing = "Testing";
    testing = "Testing";
    test = "Testing";
    Staging = "Staging";
    staging = "Staging";
    stage = "Staging";
    Production = "Production";
    production = "Production";
    prod = "Production";
  };

  lowered = {
    Development = "development";
    Testing = "testing";
    Staging = "staging";
    Production = "production";
  };

  # Any spelling to the canonical one.
  parse =
    spelling:
    spellings.${spelling}
      or (throw "the environment `${spelling}` is not known: it is one of ${concatStringsSep ", " names}, or in short dev, test, stage, prod");
in
{
  inherit names parse;

  # What a bundle, a folder or a unit is called after it.
  lower = spelling: lowered.${parse spelling};
}
