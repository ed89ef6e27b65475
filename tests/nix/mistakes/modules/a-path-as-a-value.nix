{
  app.data_dir = ../files/folder;
}
