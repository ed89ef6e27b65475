{
  _file = name: name;
  app.name = "clock";
}
