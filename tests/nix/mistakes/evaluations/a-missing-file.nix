{
  app.name = builtins.readFile ./nothing.txt;
}
