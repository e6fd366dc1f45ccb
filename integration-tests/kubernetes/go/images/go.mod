module concordkv.io/kubernetes/images

go 1.26.8
