{
  app.data_dir = {
    outPath = throw "my own message";
  };
}
