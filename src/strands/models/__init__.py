"""Model providers, and the contract that they share."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.models import bedrock as bedrock
    from strands.models import model as model
    from strands.models.bedrock import BedrockModel as BedrockModel
    from strands.models.model import BaseModelConfig as BaseModelConfig
    from strands.models.model import CacheConfig as CacheConfig
    from strands.models.model import CacheToolsConfig as CacheToolsConfig
    from strands.models.model import Model as Model

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
    },
)
