{
  imports = [ { performance = "Balanced"; } ];
  performance.Custom.cpu.worker_threads = 4;
}
