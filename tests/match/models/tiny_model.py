"""A tiny real ONNX model in a folder of the sentence-transformers form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

_CHARACTERS = "微藻养殖生物量提高酸碱度混凝土风电塔筒外骨骼步态abcdefghijklmnopqrstuvwxyz0123456789 ,.%"


def make_onnx_folder(
    folder: Path,
    *,
    pooling: str = "mean",
    subfolder: bool = False,
    pooled_output: bool = False,
    length: int = 64,
) -> Path:
    """Write a sentence-transformers folder with a one-layer attention model and a character tokenizer."""
    import onnx  # noqa: PLC0415  only the tests of models need it
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors

    vocabulary = {
        token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(_CHARACTERS)])
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))

    table = np.random.default_rng(7).normal(size=(len(vocabulary), 16)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["x"]),
        helper.make_node("Transpose", ["x"], ["xt"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["x", "xt"], ["raw"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["mask", "one"], ["off"]),
        helper.make_node("Mul", ["off", "big"], ["shift"]),
        helper.make_node("Unsqueeze", ["shift", "axis"], ["row"]),
        helper.make_node("Add", ["raw", "row"], ["masked"]),
        helper.make_node("Softmax", ["masked"], ["attention"], axis=-1),
        helper.make_node("MatMul", ["attention", "x"], ["mixed"]),
        helper.make_node("Add", ["x", "mixed"], ["last_hidden_state"]),
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", 16])]
    if pooled_output:
        nodes.append(
            helper.make_node("ReduceMax", ["last_hidden_state", "axis"], ["sentence_embedding"], keepdims=0)
        )
        outputs.append(helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", 16]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ],
        outputs,
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.float32(1), "one"),
            numpy_helper.from_array(np.float32(1e9), "big"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    file = folder / ("onnx/model.onnx" if subfolder else "model.onnx")
    file.parent.mkdir(exist_ok=True)
    onnx.save(model, file)

    modules = [
        {"idx": i, "name": str(i), "path": "", "type": f"sentence_transformers.models.{kind}"}
        for i, kind in enumerate(["Transformer", "Pooling", "Normalize"])
    ]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    (folder / "1_Pooling").mkdir(exist_ok=True)
    modes = {
        f"pooling_mode_{name}": name.startswith(pooling)
        for name in ("cls_token", "mean_tokens", "max_tokens", "lasttoken")
    }
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({"word_embedding_dimension": 16, **modes}), "utf-8"
    )
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": length}), "utf-8")
    return folder
