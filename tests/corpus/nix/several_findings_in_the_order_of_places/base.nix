{
  app.log_levl = "warn";
  consensus.finality_threshold = 0.3;
}
