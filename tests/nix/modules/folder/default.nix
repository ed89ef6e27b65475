builtins.fromJSON ''{ "app": { "level": "warn" } }''
// {
  app = {
    name = "folder";
    level = "warn";
  };
}
