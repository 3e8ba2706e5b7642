"""Model providers, and the contract that they share."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.models import bedrock as bedrock
    from strands.models import model as model
    from strands.models.anthropic import AnthropicModel as AnthropicModel
    from strands.models.bedrock import BedrockModel as BedrockModel
    from strands.models.gemini import GeminiModel as GeminiModel
    from strands.models.litellm import LiteLLMModel as LiteLLMModel
    from strands.models.llamaapi import LlamaAPIModel as LlamaAPIModel
    from strands.models.llamacpp import LlamaCppModel as LlamaCppModel
    from strands.models.mistral import MistralModel as MistralModel
    from strands.models.model import BaseModelConfig as BaseModelConfig
    from strands.models.model import CacheConfig as CacheConfig
    from strands.models.model import CacheToolsConfig as CacheToolsConfig
    from strands.models.model import Model as Model
    from strands.models.ollama import OllamaModel as OllamaModel
    from strands.models.openai import OpenAIModel as OpenAIModel
    from strands.models.openai_responses import OpenAIResponsesModel as OpenAIResponsesModel
    from strands.models.sagemaker import SageMakerAIModel as SageMakerAIModel
    from strands.models.writer import WriterModel as WriterModel

__all__ = ["BaseModelConfig", "BedrockModel", "CacheConfig", "CacheToolsConfig", "Model", "bedrock", "model"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "BaseModelConfig": "strands.models.model",
        "BedrockModel": "strands.models.bedrock",
        "CacheConfig": "strands.models.model",
        "CacheToolsConfig": "strands.models.model",
        "Model": "strands.models.model",
        "bedrock": "strands.models.bedrock",
        "model": "strands.models.model",
        # Of these, each needs an extra or a server, so that `import *` leaves them out.
        "AnthropicModel": "strands.models.anthropic",
        "GeminiModel": "strands.models.gemini",
        "LiteLLMModel": "strands.models.litellm",
        "LlamaAPIModel": "strands.models.llamaapi",
        "LlamaCppModel": "strands.models.llamacpp",
        "MistralModel": "strands.models.mistral",
        "OllamaModel": "strands.models.ollama",
        "OpenAIModel": "strands.models.openai",
        "OpenAIResponsesModel": "strands.models.openai_responses",
        "SageMakerAIModel": "strands.models.sagemaker",
        "WriterModel": "strands.models.writer",
    },
)
