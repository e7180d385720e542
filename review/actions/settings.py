"""What the environment sets: the database and how NCBI is reached."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from review.ingest.open_access import UNPAYWALL, OpenAccessService
from review.ingest.pubmed import NCBI, PubMed


class Settings(BaseSettings):
    """`REVIEW_DATABASE`, `REVIEW_EUTILS_URL`, `REVIEW_NCBI_EMAIL`, `REVIEW_NCBI_API_KEY`.

    `REVIEW_OPEN_ACCESS_URL` (Unpaywall, or what answers as it does) and `REVIEW_OPEN_ACCESS_EMAIL`,
    else `REVIEW_NCBI_EMAIL`, say where open copies are looked for and in whose name.

    Beside these `REVIEW_RATE_FOLDER`, read where it is used (`ingest.slot_file`): the folder by
    which requests to NCBI are kept to its rule.
    """

    model_config = SettingsConfigDict(env_prefix="REVIEW_")
    database: str = "sqlite:///review.db"
    eutils_url: str = NCBI
    ncbi_email: str | None = None
    ncbi_api_key: str | None = None
    open_access_url: str = UNPAYWALL
    open_access_email: str | None = None

    def pubmed(self) -> PubMed:
        """Return a client for PubMed as the environment sets it."""
        return PubMed(self.eutils_url, email=self.ncbi_email, api_key=self.ncbi_api_key)

    def open_access(self) -> OpenAccessService:
        """Return the open-access service as the environment sets it; BadInput without an e-mail."""
        email = self.open_access_email or self.ncbi_email
        return OpenAccessService(self.open_access_url, email=email)
