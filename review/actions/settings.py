"""What the environment sets: the database and how NCBI is reached."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from review.ingest.pubmed import NCBI, PubMed


class Settings(BaseSettings):
    """`REVIEW_DATABASE`, `REVIEW_EUTILS_URL`, `REVIEW_NCBI_EMAIL`, `REVIEW_NCBI_API_KEY`.

    `REVIEW_RATE_FOLDER` holds the file by which requests to NCBI are kept to its rule, for who
    shares one address with other machines, or has a temporary folder of their own.
    """

    model_config = SettingsConfigDict(env_prefix="REVIEW_")
    database: str = "sqlite:///review.db"
    eutils_url: str = NCBI
    ncbi_email: str | None = None
    ncbi_api_key: str | None = None
    rate_folder: Path | None = None

    def pubmed(self) -> PubMed:
        """Return a client for PubMed as the environment sets it."""
        return PubMed(self.eutils_url, email=self.ncbi_email, api_key=self.ncbi_api_key)
