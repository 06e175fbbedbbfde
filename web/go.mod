// SPDX-License-Identifier: Apache-2.0

// This file keeps the packages of node_modules out of the parent module.
module entente.example/web

go 1.26
