"""Guardrails: how to ask for one, and what it reports."""

from typing import Literal

from typing_extensions import TypedDict

_Masked = Literal["ANONYMIZED", "BLOCKED"]

_PersonalData = Literal[
    "NAME",
    "AGE",
    "ADDRESS",
    "EMAIL",
    "PHONE",
    "USERNAME",
    "DRIVER_ID",
    "LICENSE_PLATE",
    "VEHICLE_IDENTIFICATION_NUMBER",
]
_FinancialData = Literal[
    "CREDIT_DEBIT_CARD_NUMBER",
    "CREDIT_DEBIT_CARD_CVV",
    "CREDIT_DEBIT_CARD_EXPIRY",
    "PIN",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "SWIFT_CODE",
]
_SecretData = Literal["PASSWORD", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "IP_ADDRESS", "MAC_ADDRESS", "URL"]
_NationalData = Literal[
    "CA_HEALTH_NUMBER",
    "CA_SOCIAL_INSURANCE_NUMBER",
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
    "UK_NATIONAL_INSURANCE_NUMBER",
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
    "US_SOCIAL_SECURITY_NUMBER",
    "US_PASSPORT_NUMBER",
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
    "US_BANK_ACCOUNT_NUMBER",
    "US_BANK_ROUTING_NUMBER",
]


class GuardrailConfig(TypedDict, total=False):
    """The guardrail to apply; `async` mode streams text before it has been checked."""

    guardrailIdentifier: str
    guardrailVersion: str
    trace: Literal["enabled", "disabled"]
    streamProcessingMode: Literal["sync", "async"] | None


class Topic(TypedDict):
    """A denied topic that was found."""

    name: str
    type: Literal["DENY"]
    action: Literal["BLOCKED"]


class TopicPolicy(TypedDict):
    """Result of the topic policy."""

    topics: list[Topic]


class ContentFilter(TypedDict):
    """A kind of harmful content that was found, and how surely."""

    type: Literal["INSULTS", "HATE", "SEXUAL", "VIOLENCE", "MISCONDUCT", "PROMPT_ATTACK"]
    confidence: Literal["NONE", "LOW", "MEDIUM", "HIGH"]
    action: Literal["BLOCKED"]


class ContentPolicy(TypedDict):
    """Result of the content policy."""

    filters: list[ContentFilter]


class CustomWord(TypedDict):
    """A word of the customer's list that was found."""

    match: str
    action: Literal["BLOCKED"]


class ManagedWord(TypedDict):
    """A word of one of the service's lists that was found."""

    match: str
    type: Literal["PROFANITY"]
    action: Literal["BLOCKED"]


class WordPolicy(TypedDict):
    """Result of the word policy."""

    customWords: list[CustomWord]
    managedWordLists: list[ManagedWord]


class PIIEntity(TypedDict):
    """Personal data that was found, and whether it was masked or blocked."""

    match: str
    type: Literal[_PersonalData, _FinancialData, _SecretData, _NationalData]
    action: _Masked


class Regex(TypedDict):
    """A match of one of the customer's patterns."""

    name: str
    regex: str
    match: str
    action: _Masked


class SensitiveInformationPolicy(TypedDict):
    """Result of the sensitive information policy."""

    regexes: list[Regex]
    piiEntities: list[PIIEntity]


class ContextualGroundingFilter(TypedDict):
    """How well the answer rests on its source, or fits the question."""

    type: Literal["GROUNDING", "RELEVANCE"]
    score: float
    threshold: float
    action: Literal["BLOCKED", "NONE"]


class ContextualGroundingPolicy(TypedDict):
    """Result of the contextual grounding policy."""

    filters: list[ContextualGroundingFilter]


class GuardrailAssessment(TypedDict):
    """Results of all policies of one guardrail."""

    topicPolicy: TopicPolicy
    wordPolicy: WordPolicy
    contentPolicy: ContentPolicy
    contextualGroundingPolicy: ContextualGroundingPolicy
    sensitiveInformationPolicy: SensitiveInformationPolicy


class GuardrailTrace(TypedDict):
    """Assessments of the input and of each output, by guardrail."""

    inputAssessment: dict[str, GuardrailAssessment]
    outputAssessments: dict[str, list[GuardrailAssessment]]
    modelOutput: list[str]


class Trace(TypedDict):
    """What the provider reports about how it treated the request."""

    guardrail: GuardrailTrace
