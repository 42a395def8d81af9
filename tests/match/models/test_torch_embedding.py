from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from qixi.core import Refused
from qixi.match.models.suite import load_folder
from qixi.match.models.torch_embedding import TorchEmbedder

pytestmark = [
    pytest.mark.torch,
    pytest.mark.usefixtures("torch_part"),
    # What these libraries warn of among themselves is not ours to mend.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def torch_folder(torch_part: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a sentence-transformers folder with a tiny BERT of random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast  # noqa: PLC0415

    root = tmp_path_factory.mktemp("torch")
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"微藻养殖风电塔筒混凝土外骨骼步态abcdefgh0123456789",
    ]
    (root / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(root / "bert")
    BertTokenizerFast(str(root / "vocab.txt")).save_pretrained(root / "bert")
    transformer = Transformer(str(root / "bert"), max_seq_length=48)
    model = SentenceTransformer(
        modules=[transformer, Pooling(32, pooling_mode="mean"), Normalize()], device="cpu"
    )
    model.save(str(root / "tiny"))
    return root / "tiny"


@pytest.fixture(scope="module")
def embedder(torch_folder: Path) -> TorchEmbedder:
    loaded = load_folder(torch_folder)
    assert isinstance(loaded, TorchEmbedder)
    return loaded


def test_torch_vectors_have_length_one_and_the_stated_form(embedder: TorchEmbedder) -> None:
    vectors = embedder.embed(["微藻养殖", "", "风电塔筒混凝土" * 40, "\ud800"])
    assert vectors.shape == (4, embedder.dim) == (4, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, 32)


def test_torch_vector_does_not_depend_on_companions_or_threads(embedder: TorchEmbedder) -> None:
    import torch

    texts = ["微藻养殖 abc"[: 1 + i % 9] * (1 + i % 5) for i in range(24)]
    together = embedder.embed(texts)
    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        alone = np.stack([embedder.embed([text])[0] for text in texts])
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    assert together.tobytes() == alone.tobytes()


def test_torch_folder_gives_the_same_vectors_when_opened_again(
    torch_folder: Path, embedder: TorchEmbedder
) -> None:
    again = TorchEmbedder(torch_folder)
    assert again.digest == embedder.digest
    assert again.embed(["外骨骼步态"]).tobytes() == embedder.embed(["外骨骼步态"]).tobytes()


def test_onnx_and_torch_agree_on_one_model(
    torch_folder: Path, embedder: TorchEmbedder, tmp_path: Path
) -> None:
    import torch
    from transformers import BertModel  # noqa: PLC0415

    folder = shutil.copytree(torch_folder, tmp_path / "tiny")
    bert = BertModel.from_pretrained(folder, attn_implementation="eager").eval()

    class Plain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, ids: object, mask: object, types: object) -> object:
            return self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    example = torch.ones((1, 7), dtype=torch.int64)
    torch.onnx.export(
        Plain(),
        (example, example, torch.zeros_like(example)),
        str(folder / "model.onnx"),
        input_names=["input_ids", "attention_mask", "token_type_ids"],
        output_names=["last_hidden_state"],
        dynamic_axes={
            name: {0: "batch", 1: "length"} for name in ("input_ids", "attention_mask", "token_type_ids")
        },
        dynamo=False,
    )
    texts = ["微藻养殖", "风电塔筒混凝土" * 20, "外骨骼步态 abc", ""]
    onnx = load_folder(folder, "onnx")
    assert np.allclose(onnx.embed(texts), embedder.embed(texts), atol=1e-5)


def test_torch_refuses_a_damaged_folder(torch_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", "utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(Refused) as caught:
        load_folder(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["models.folder"]
