package main

type showCmd struct{}

func (showCmd) Run(p *program) error { return nil }
