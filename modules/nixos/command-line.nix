# Words of a systemd unit. systemd expands `%` and `$` in arguments, and `%` in other settings.
{ lib }:
let
  inherit (lib) concatMapStringsSep replaceStrings;
  inherit (builtins) match toJSON;

  isPlain = word: match "[A-Za-z0-9_./:=@+,-]+" word != null;

  quoteArgument =
    word: if isPlain word then word else replaceStrings [ "%" "$" ] [ "%%" "$$" ] (toJSON word);
in
{
  # A command of ExecStart and the like.
  commandLine = concatMapStringsSep " " quoteArgument;

  # An element of a list of paths.
  quotePath = path: if isPlain path then path else replaceStrings [ "%" ] [ "%%" ] (toJSON path);

  # An element of LoadCredential.
  credential = name: path: "${name}:${replaceStrings [ "%" ] [ "%%" ] path}";
}
