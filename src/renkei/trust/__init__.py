"""Certificates, signatures, manifests, receipts and sealed evidence. Plain Python: no network, nothing of ours."""
