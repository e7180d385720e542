"""The only SQL: tables, engine, ledger, projections, and the queries of each stage."""
