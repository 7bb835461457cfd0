"""The demonstration's types of matters: invented codes of a county's own list, with plausible conditions and limits."""

from __future__ import annotations

from dataclasses import dataclass

ENFORCEMENT, GOVERNANCE, REVIVAL, SERVICE = "综合行政执法队", "社会治理办公室", "乡村振兴办公室", "便民服务中心"


@dataclass(frozen=True)
class Kind:
    """A type: code, name, condition, limit and unit, who handles it in a town and in the district, weight, titles."""

    code: str
    name: str
    condition: str
    amount: int
    unit: str
    town: str
    district: str
    weight: int
    titles: tuple[str, ...]
    photos: int = 1


@dataclass(frozen=True)
class Family:
    """A family of types."""

    code: str
    name: str
    kinds: tuple[Kind, ...]


H, D, U = "working_hour", "working_day", "urgent_hour"
FAMILIES = (
    Family("01", "公用设施", (
        Kind("0101", "雨水井盖", "破损、缺失，影响通行", 4, H, ENFORCEMENT, "区住房和城乡建设局", 6,
             ("窨井盖破损，路口积水", "雨水井盖缺失", "井盖松动有响声")),
        Kind("0102", "路灯", "连续三盏以上不亮", 2, D, SERVICE, "区住房和城乡建设局", 6,
             ("路灯连续 6 盏不亮", "村口路灯不亮", "路灯白天长亮")),
        Kind("0103", "供水", "停水超过 24 小时", 8, U, REVIVAL, "区水务局", 4,
             ("水厂停水两天未恢复", "水压不足，楼上没水", "自来水浑浊")),
        Kind("0104", "村道", "塌方、断板，影响通行", 3, D, REVIVAL, "区交通运输局", 6,
             ("村道塌方，半幅不通", "路面断板三处", "护栏缺失")),
    )),
    Family("02", "市容环境", (
        Kind("0201", "暴露垃圾", "堆放超过一天", 4, H, ENFORCEMENT, "区综合行政执法局", 14,
             ("山坪塘垃圾堆放", "场镇垃圾桶满溢", "路边建筑垃圾")),
        Kind("0202", "占道经营", "占压人行道、车行道", 2, H, ENFORCEMENT, "区综合行政执法局", 9,
             ("校门口占道摆摊", "赶场天占道经营", "店外堆放货物")),
        Kind("0203", "油烟噪声", "居民反映属实", 2, D, ENFORCEMENT, "区生态环境局", 5,
             ("场镇夜市油烟扰民", "歌厅夜间噪声", "加工坊噪声")),
        Kind("0204", "河道漂浮物", "成片漂浮", 2, D, REVIVAL, "区水务局", 5,
             ("河道漂浮物", "沟渠淤堵", "水面漂有死鱼")),
    )),
    Family("03", "安全隐患", (
        Kind("0301", "临水临崖", "护栏、警示缺失", 3, D, REVIVAL, "区应急管理局", 5,
             ("鱼塘边护栏缺失 12 米", "山坪塘没有警示牌", "临崖弯道缺护栏")),
        Kind("0302", "用电线路", "下垂、裸露", 8, U, SERVICE, "区应急管理局", 4,
             ("低压线下垂碰树", "电表箱门脱落", "线路老化裸露")),
        Kind("0303", "房屋隐患", "墙体开裂、屋面漏雨", 5, D, REVIVAL, "区住房和城乡建设局", 5,
             ("农家书屋屋顶漏雨", "老屋墙体开裂", "屋檐瓦片松动")),
        Kind("0304", "焚烧", "露天焚烧秸秆、垃圾", 2, H, ENFORCEMENT, "区生态环境局", 6,
             ("秸秆露天焚烧", "焚烧垃圾", "烧荒冒烟")),
    )),
    Family("04", "矛盾纠纷", (
        Kind("0401", "邻里", "双方愿意调解", 5, D, GOVERNANCE, "区司法局", 7,
             ("土地边界纠纷，两户争执", "滴水檐口纠纷", "共用水沟争执"), 0),
        Kind("0402", "物业", "多户反映", 5, D, GOVERNANCE, "区住房和城乡建设局", 3,
             ("电梯停运，物业不修", "物业费争议", "小区停车纠纷"), 0),
        Kind("0403", "劳务", "拖欠两人以上", 5, D, GOVERNANCE, "区人力资源和社会保障局", 2,
             ("工地拖欠工钱", "零工工钱未结", "加工厂欠薪"), 0),
    )),
    Family("05", "关爱服务", (
        Kind("0501", "独居老人", "长期无人探视或突发需求", 1, D, GOVERNANCE, "区民政局", 6,
             ("独居老人长期无人探视", "老人出行不便，需送药", "老人家中停气"), 0),
        Kind("0502", "政策咨询", "需要部门答复", 2, D, SERVICE, "区行政审批局", 5,
             ("咨询低保办理", "咨询合作医疗报销", "咨询危房改造补助"), 0),
    )),
    Family("06", "建设管理", (
        Kind("0601", "违规搭建", "未批先建", 10, D, ENFORCEMENT, "区自然资源和规划局", 3,
             ("违规搭建彩钢棚", "占用耕地建房", "楼顶加建")),
        Kind("0602", "占用耕地", "堆放、硬化耕地", 10, D, REVIVAL, "区自然资源和规划局", 2,
             ("耕地堆放砂石", "耕地被硬化", "占地挖塘")),
    )),
)  # fmt: skip
