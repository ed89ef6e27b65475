# No field of the schema is defined, and nothing that reads the settings asks for one.
{
  imports = [ ../forms/machine.nix ];
}
