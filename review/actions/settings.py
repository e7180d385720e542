"""What the environment sets: the database and how NCBI is reached."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from review.ingest.pubmed import NCBI, PubMed


class Settings(BaseSettings):
    """`REVIEW_DATABASE`, `REVIEW_EUTILS_URL`, `REVIEW_NCBI_EMAIL`, `REVIEW_NCBI_API_KEY`.

    Beside these `REVIEW_RATE_FOLDER`, read where it is used (`ingest.slot_file`): the folder by
    which requests to NCBI are kept to its rule.
    """

    model_config = SettingsConfigDict(env_prefix="REVIEW_")
    database: str = "sqlite:///review.db"
    eutils_url: str = NCBI
    ncbi_email: str | None = None
    ncbi_api_key: str | None = None

    def pubmed(self) -> PubMed:
        """Return a client for PubMed as the environment sets it."""
        return PubMed(self.eutils_url, email=self.ncbi_email, api_key=self.ncbi_api_key)
