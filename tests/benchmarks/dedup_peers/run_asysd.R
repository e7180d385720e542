# ASySD (an R package on GitHub only) on one labelled file, by Rscript; prints JSON.
suppressPackageStartupMessages({library(ASySD); library(jsonlite)})
given <- read.csv(gzfile(commandArgs(trailingOnly = TRUE)[1]), colClasses = "character")
column <- function(name) if (name %in% names(given)) given[[name]] else ""
frame <- data.frame(
  record_id = as.character(seq_len(nrow(given)) - 1), author = column("author"),
  title = column("title"), abstract = column("abstract"), year = column("year"),
  journal = column("journal"), volume = column("volume"), number = column("number"),
  pages = column("pages"), doi = column("doi"), isbn = "", label = "", source = "")
start <- proc.time()
invisible(capture.output(suppressWarnings(suppressMessages(
  found <- dedup_citations(frame, manual_dedup = FALSE)))))
spent <- proc.time() - start
unique <- if (is.data.frame(found)) found else found$unique
pairs <- list()
for (ids in strsplit(unique$record_ids, ",\\s*")) {
  for (other in ids[-1]) pairs[[length(pairs) + 1]] <- as.integer(c(ids[1], other))
}
cat(toJSON(list(cpu = sum(spent[c(1, 2, 4, 5)]), peak = sum(gc()[, 6]), pairs = pairs),
           auto_unbox = TRUE), "\n")
