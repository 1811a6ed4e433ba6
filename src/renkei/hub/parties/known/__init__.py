"""The public list of offices (介護サービス情報公表システム): reading its files, keeping what it says."""
