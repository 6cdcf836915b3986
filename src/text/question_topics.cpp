#include "text/question_topics.h"

namespace clip_classify {
namespace {

// clang-format off
constexpr Topic kTopics[] = {
    {"thing", false, "",
     "person,man,woman,child,baby,dog,cat,bird,horse,cow,sheep,elephant,bear,zebra,giraffe,lion,tiger,"
     "monkey,rabbit,mouse,duck,chicken,fish,frog,snake,turtle,butterfly,bee,spider,car,truck,bus,train,"
     "airplane,helicopter,boat,ship,bicycle,motorcycle,scooter,tractor,traffic light,street sign,"
     "fire hydrant,bench,house,building,church,bridge,tower,castle,tent,fence,door,window,wall,floor,stairs,"
     "roof,road,street,tree,flower,grass,leaf,plant,mountain,beach,ocean,river,lake,waterfall,forest,field,"
     "desert,sky,cloud,sun,moon,rainbow,snow,fire,rock,sand,chair,table,desk,sofa,bed,shelf,cabinet,lamp,"
     "mirror,clock,carpet,curtain,pillow,blanket,towel,television,computer,laptop,keyboard,computer mouse,"
     "phone,camera,remote control,radio,speaker,headphones,book,newspaper,magazine,letter,paper,pen,pencil,"
     "scissors,box,bag,backpack,suitcase,basket,bottle,cup,mug,glass,plate,bowl,fork,knife,spoon,pot,pan,"
     "oven,refrigerator,microwave,sink,toilet,bathtub,shower,toothbrush,soap,apple,banana,orange,lemon,"
     "grapes,strawberry,pear,pineapple,watermelon,tomato,potato,carrot,broccoli,onion,mushroom,bread,"
     "sandwich,pizza,hamburger,hot dog,cake,cookie,donut,ice cream,egg,cheese,soup,salad,rice,noodles,meat,"
     "coffee,tea,juice,water,milk,wine,beer,hat,cap,shirt,dress,jacket,coat,pants,shorts,skirt,shoes,boots,"
     "socks,gloves,scarf,tie,glasses,sunglasses,watch,ring,necklace,umbrella,helmet,mask,ball,kite,frisbee,"
     "skateboard,surfboard,skis,snowboard,tennis racket,baseball bat,guitar,piano,drum,violin,teddy bear,"
     "doll,toy,balloon,candle,flag,painting,statue,sign,hammer,ladder,key,coin,money",
     "人,男人,女人,孩子,婴儿,狗,猫,鸟,马,牛,羊,大象,熊,斑马,长颈鹿,狮子,老虎,猴子,兔子,老鼠,鸭子,鸡,鱼,青蛙,"
     "蛇,乌龟,蝴蝶,蜜蜂,汽车,卡车,公共汽车,火车,飞机,直升机,船,自行车,摩托车,拖拉机,红绿灯,路牌,长椅,房子,"
     "大楼,教堂,桥,塔,城堡,帐篷,栅栏,门,窗户,墙,楼梯,屋顶,马路,街道,树,花,草,叶子,植物,山,海滩,大海,河,湖,"
     "瀑布,森林,田野,沙漠,天空,云,太阳,月亮,彩虹,雪,火,石头,椅子,桌子,沙发,床,架子,柜子,灯,镜子,时钟,地毯,"
     "窗帘,枕头,毯子,毛巾,电视,电脑,笔记本电脑,键盘,鼠标,手机,相机,遥控器,收音机,耳机,书,报纸,杂志,信,纸,"
     "钢笔,铅笔,剪刀,箱子,包,书包,行李箱,篮子,瓶子,杯子,玻璃杯,盘子,碗,叉子,刀,勺子,筷子,锅,烤箱,冰箱,"
     "微波炉,水槽,马桶,浴缸,牙刷,肥皂,苹果,香蕉,橙子,柠檬,葡萄,草莓,梨,菠萝,西瓜,西红柿,土豆,胡萝卜,西兰花,"
     "洋葱,蘑菇,面包,三明治,披萨,汉堡,热狗,蛋糕,饼干,甜甜圈,冰淇淋,鸡蛋,奶酪,汤,沙拉,米饭,面条,饺子,肉,咖啡,"
     "茶,果汁,水,牛奶,葡萄酒,啤酒,帽子,衬衫,裙子,夹克,外套,裤子,鞋子,靴子,袜子,手套,围巾,领带,眼镜,太阳镜,"
     "手表,戒指,项链,雨伞,头盔,口罩,球,风筝,飞盘,滑板,冲浪板,滑雪板,网球拍,吉他,钢琴,鼓,小提琴,泰迪熊,娃娃,"
     "玩具,气球,蜡烛,旗子,画,雕像,标志,锤子,梯子,钥匙,硬币,钱"},
    {"animal", false, " animal pet creature mammal wildlife 动物 宠物 ",
     "dog,cat,horse,cow,sheep,goat,pig,rabbit,mouse,squirrel,fox,wolf,bear,lion,tiger,leopard,elephant,"
     "giraffe,zebra,rhinoceros,hippopotamus,monkey,gorilla,panda,koala,kangaroo,camel,deer,donkey,bird,"
     "chicken,duck,goose,penguin,owl,eagle,parrot,fish,shark,dolphin,whale,seal,turtle,frog,snake,lizard,"
     "crocodile,crab,snail,spider,bee,butterfly",
     "狗,猫,马,牛,羊,山羊,猪,兔子,老鼠,松鼠,狐狸,狼,熊,狮子,老虎,豹子,大象,长颈鹿,斑马,犀牛,河马,猴子,"
     "大猩猩,熊猫,考拉,袋鼠,骆驼,鹿,驴,鸟,鸡,鸭子,鹅,企鹅,猫头鹰,老鹰,鹦鹉,鱼,鲨鱼,海豚,鲸鱼,海豹,乌龟,青蛙,"
     "蛇,蜥蜴,鳄鱼,螃蟹,蜗牛,蜘蛛,蜜蜂,蝴蝶"},
    {"bird", false, " bird 鸟 ",
     "sparrow,pigeon,crow,seagull,duck,goose,swan,chicken,rooster,turkey,owl,eagle,hawk,parrot,penguin,"
     "ostrich,flamingo,peacock,pelican,heron,stork,woodpecker,hummingbird,robin,kingfisher",
     "麻雀,鸽子,乌鸦,海鸥,鸭子,鹅,天鹅,鸡,公鸡,火鸡,猫头鹰,老鹰,鹦鹉,企鹅,鸵鸟,火烈鸟,孔雀,鹈鹕,苍鹭,啄木鸟,"
     "蜂鸟,知更鸟,翠鸟"},
    {"dog", false, " dog puppy 狗 ",
     "labrador,golden retriever,german shepherd,poodle,bulldog,beagle,husky,corgi,dachshund,pug,chihuahua,"
     "boxer,rottweiler,dalmatian,border collie,terrier,greyhound,pomeranian,shiba inu,saint bernard",
     "拉布拉多,金毛犬,德国牧羊犬,贵宾犬,斗牛犬,比格犬,哈士奇,柯基,腊肠犬,巴哥犬,吉娃娃,拳师犬,斑点狗,"
     "边境牧羊犬,灵缇,博美犬,柴犬"},
    {"flower", false, " flower blossom 花 ",
     "rose,tulip,sunflower,daisy,lily,orchid,daffodil,dandelion,carnation,poppy,lotus,lavender,iris,"
     "hydrangea,cherry blossom,chrysanthemum,peony,hibiscus",
     "玫瑰,郁金香,向日葵,雏菊,百合,兰花,水仙,蒲公英,康乃馨,罂粟,荷花,薰衣草,鸢尾花,绣球花,樱花,菊花,牡丹,"
     "木槿"},
    {"tree", false, " tree 树 ",
     "palm tree,pine tree,oak,maple,birch,willow,apple tree,cherry tree,fir,bamboo,christmas tree",
     "棕榈树,松树,橡树,枫树,桦树,柳树,苹果树,樱花树,杉树,竹子,圣诞树"},
    {"fruit", false, " fruit berry 水果 ",
     "apple,banana,orange,lemon,lime,grapes,strawberry,raspberry,blueberry,cherry,pear,peach,plum,apricot,"
     "mango,pineapple,watermelon,melon,kiwi,pomegranate,coconut,avocado,papaya,fig",
     "苹果,香蕉,橙子,柠檬,青柠,葡萄,草莓,树莓,蓝莓,樱桃,梨,桃子,李子,杏,芒果,菠萝,西瓜,甜瓜,猕猴桃,石榴,"
     "椰子,牛油果,木瓜,无花果"},
    {"vegetable", false, " vegetable veggie 蔬菜 菜 ",
     "tomato,potato,carrot,broccoli,cauliflower,cabbage,lettuce,spinach,onion,garlic,bell pepper,cucumber,"
     "zucchini,pumpkin,eggplant,corn,peas,beans,mushroom,celery,radish,asparagus,sweet potato",
     "西红柿,土豆,胡萝卜,西兰花,花椰菜,卷心菜,生菜,菠菜,洋葱,大蒜,甜椒,黄瓜,西葫芦,南瓜,茄子,玉米,豌豆,豆子,"
     "蘑菇,芹菜,萝卜,芦笋,红薯"},
    {"food", false,
     " food dish meal snack dessert cuisine breakfast lunch dinner eating eat cooking cook baking bake "
     "serving serve preparing chewing biting 食物 食品 吃 吃着 做饭 煮 烤 ",
     "pizza,hamburger,sandwich,hot dog,french fries,salad,soup,pasta,spaghetti,rice,noodles,sushi,bread,"
     "toast,cake,cupcake,pie,cookies,donut,ice cream,chocolate,pancakes,waffles,eggs,bacon,sausage,steak,"
     "meat,chicken,fish,shrimp,cheese,vegetables,fruit,apple,banana,carrot,popcorn,tacos,curry,dumplings",
     "披萨,汉堡,三明治,热狗,薯条,沙拉,汤,意大利面,米饭,面条,寿司,面包,吐司,蛋糕,纸杯蛋糕,派,饼干,甜甜圈,"
     "冰淇淋,巧克力,煎饼,华夫饼,鸡蛋,培根,香肠,牛排,肉,鸡肉,鱼,虾,奶酪,蔬菜,水果,苹果,香蕉,胡萝卜,爆米花,"
     "饺子,包子,火锅,粥"},
    {"drink", false, " drink beverage liquid drinking pouring pour 饮料 喝 喝着 倒 ",
     "water,coffee,tea,milk,juice,orange juice,lemonade,soda,beer,wine,red wine,white wine,champagne,"
     "cocktail,smoothie,hot chocolate,whiskey",
     "水,咖啡,茶,牛奶,果汁,橙汁,柠檬水,汽水,可乐,啤酒,葡萄酒,白酒,香槟,鸡尾酒,奶昔,热巧克力,威士忌"},
    {"vehicle", false,
     " vehicle transportation transport driving drive riding ride 交通工具 车辆 车 骑 骑着 开 开着 ",
     "car,truck,bus,van,taxi,ambulance,fire truck,police car,train,tram,subway,airplane,helicopter,boat,"
     "ship,sailboat,canoe,bicycle,motorcycle,scooter,tractor,bulldozer,skateboard,horse,elephant,camel,wave",
     "汽车,卡车,公共汽车,面包车,出租车,救护车,消防车,警车,火车,电车,地铁,飞机,直升机,船,轮船,帆船,独木舟,"
     "自行车,摩托车,电动车,拖拉机,推土机,滑板,马,大象,骆驼"},
    {"clothes", false, " clothes clothing garment outfit wearing wear 衣服 服装 穿 穿着 戴 戴着 ",
     "shirt,t-shirt,sweater,hoodie,jacket,coat,suit,dress,skirt,jeans,pants,shorts,swimsuit,uniform,wetsuit,"
     "hat,cap,helmet,scarf,gloves,tie,bow tie,glasses,sunglasses,goggles,mask,shoes,sneakers,boots,sandals,"
     "socks,apron,vest,raincoat,backpack,watch,necklace,crown,wedding dress,costume",
     "衬衫,T恤,毛衣,卫衣,夹克,外套,西装,连衣裙,裙子,牛仔裤,裤子,短裤,泳衣,制服,帽子,棒球帽,头盔,围巾,手套,"
     "领带,领结,眼镜,太阳镜,护目镜,口罩,鞋子,运动鞋,靴子,凉鞋,袜子,围裙,背心,雨衣,书包,手表,项链,婚纱,旗袍"},
    {"furniture", false, " furniture sitting sit 家具 坐 坐着 ",
     "chair,armchair,stool,bench,sofa,table,coffee table,dining table,desk,bed,crib,wardrobe,cabinet,"
     "dresser,shelf,bookshelf,nightstand,lamp,mirror,rug",
     "椅子,扶手椅,凳子,长椅,沙发,桌子,茶几,餐桌,书桌,床,婴儿床,衣柜,柜子,抽屉柜,架子,书架,床头柜,灯,镜子,"
     "地毯"},
    {"tool", false, " tool utensil cutlery silverware 工具 餐具 ",
     "hammer,screwdriver,saw,drill,wrench,pliers,shovel,rake,broom,ladder,scissors,knife,fork,spoon,"
     "chopsticks,spatula,whisk,brush,axe,tape measure",
     "锤子,螺丝刀,锯子,电钻,扳手,钳子,铲子,耙子,扫帚,梯子,剪刀,刀,叉子,勺子,筷子,锅铲,打蛋器,刷子,斧头,卷尺"},
    {"toy", false, " toy 玩具 ",
     "teddy bear,doll,ball,blocks,toy car,toy train,puzzle,kite,robot,balloon,yo-yo,board game,frisbee",
     "泰迪熊,娃娃,球,积木,玩具车,玩具火车,拼图,风筝,机器人,气球,悠悠球,棋,飞盘"},
    {"device", false, " device appliance electronic gadget machine 设备 电器 ",
     "phone,laptop,computer,tablet,television,camera,remote control,keyboard,radio,printer,microwave,oven,"
     "refrigerator,washing machine,dishwasher,toaster,blender,coffee maker,vacuum cleaner,fan,hair dryer",
     "手机,笔记本电脑,电脑,平板电脑,电视,相机,遥控器,键盘,收音机,打印机,微波炉,烤箱,冰箱,洗衣机,洗碗机,"
     "烤面包机,搅拌机,咖啡机,吸尘器,风扇,吹风机"},
    {"reading", false, " reading read 读 看 读着 看着 ",
     "book,newspaper,magazine,letter,map,menu,phone,tablet,laptop,computer screen,sign,card",
     "书,报纸,杂志,信,地图,菜单,手机,平板电脑,笔记本电脑,电脑屏幕,电视,标志,卡片"},
    {"instrument", false, " instrument 乐器 弹 弹奏 演奏 ",
     "guitar,electric guitar,piano,violin,cello,drums,flute,trumpet,saxophone,harp,accordion,clarinet,banjo,"
     "bagpipes,ukulele",
     "吉他,电吉他,钢琴,小提琴,大提琴,鼓,长笛,小号,萨克斯,竖琴,手风琴,单簧管,二胡,古筝,琵琶,尤克里里"},
    {"sport", true, " sport game playing play 运动 体育 比赛 游戏 玩 打 踢 ",
     "tennis,soccer,football,american football,baseball,basketball,volleyball,badminton,table tennis,golf,"
     "hockey,cricket,rugby,boxing,skiing,snowboarding,skateboarding,surfing,swimming,cycling,running,"
     "gymnastics,horse riding,ice skating,bowling,chess,video games,cards,frisbee,guitar,piano",
     "网球,足球,橄榄球,棒球,篮球,排球,羽毛球,乒乓球,高尔夫,冰球,板球,拳击,滑雪,单板滑雪,滑板,冲浪,游泳,"
     "自行车,跑步,体操,骑马,滑冰,保龄球,棋,电子游戏,扑克牌,飞盘"},
    {"room", false, " room 房间 屋子 ",
     "kitchen,bedroom,bathroom,living room,dining room,office,classroom,garage,hallway,basement,attic,"
     "nursery,laundry room,library,gym,hotel room,hospital room",
     "厨房,卧室,浴室,客厅,餐厅,办公室,教室,车库,走廊,地下室,阁楼,婴儿房,洗衣房,图书馆,健身房,酒店房间,病房"},
    {"building", false, " building structure 建筑 建筑物 楼 ",
     "house,apartment building,skyscraper,church,mosque,temple,castle,tower,barn,farmhouse,factory,school,"
     "hospital,hotel,museum,library,train station,airport,stadium,theater,shop,restaurant,lighthouse,"
     "windmill,bridge,palace",
     "房子,公寓楼,摩天大楼,教堂,清真寺,寺庙,城堡,塔,谷仓,工厂,学校,医院,酒店,博物馆,图书馆,火车站,机场,"
     "体育场,剧院,商店,餐馆,灯塔,风车,桥,宫殿"},
    {"place", false, " place location scene setting environment area 地方 场所 场景 ",
     "kitchen,bedroom,bathroom,living room,dining room,office,classroom,library,hospital,restaurant,cafe,"
     "bar,shop,supermarket,market,mall,museum,church,theater,gym,stadium,swimming pool,airport,"
     "train station,bus stop,street,road,sidewalk,parking lot,bridge,city,village,park,garden,playground,"
     "zoo,farm,field,forest,mountain,beach,ocean,river,lake,desert,snow,sky,sofa,bed,chair,bench,table,desk,"
     "floor,grass,tree,roof,fence,box,basket,car,bus,train,boat,plane",
     "厨房,卧室,浴室,客厅,餐厅,办公室,教室,图书馆,医院,咖啡馆,商店,超市,市场,商场,博物馆,教堂,剧院,健身房,"
     "体育场,游泳池,机场,火车站,公交站,街道,马路,人行道,停车场,桥,城市,村庄,公园,花园,操场,动物园,农场,田野,"
     "森林,山,海滩,大海,河,湖,沙漠,雪地,天空,沙发,床,椅子,长椅,桌子,地板,草地,树,屋顶,箱子,篮子,汽车,"
     "公共汽车,火车,船,飞机"},
    {"city", true, " city town capital 城市 ",
     "London,Paris,New York,Tokyo,Beijing,Shanghai,Hong Kong,Sydney,Berlin,Rome,Venice,Barcelona,Madrid,"
     "Amsterdam,Moscow,Istanbul,Dubai,Cairo,San Francisco,Los Angeles,Chicago,Las Vegas,Rio de Janeiro,"
     "Singapore,Toronto",
     "北京,上海,广州,香港,西安,成都,伦敦,巴黎,纽约,东京,悉尼,柏林,罗马,威尼斯,巴塞罗那,莫斯科,伊斯坦布尔,"
     "迪拜,开罗,旧金山,新加坡"},
    {"country", true, " country nation 国家 ",
     "China,Japan,India,Thailand,France,England,Germany,Italy,Spain,Greece,Turkey,Egypt,Russia,Kenya,"
     "South Africa,Australia,Brazil,Peru,Mexico,Canada,America,the Netherlands,Switzerland,Norway,Iceland",
     "中国,日本,印度,泰国,法国,英国,德国,意大利,西班牙,希腊,土耳其,埃及,俄罗斯,肯尼亚,南非,澳大利亚,巴西,"
     "秘鲁,墨西哥,加拿大,美国,荷兰,瑞士,挪威,冰岛"},
    {"landmark", true, " landmark monument attraction 地标 名胜 景点 ",
     "the Eiffel Tower,Big Ben,the Statue of Liberty,the Taj Mahal,the Great Wall,the Colosseum,"
     "the pyramids,the Golden Gate Bridge,the Leaning Tower of Pisa,the Sydney Opera House,the Parthenon,"
     "Stonehenge,Machu Picchu,Mount Fuji,the Forbidden City,the Empire State Building,the White House,"
     "Tower Bridge,Christ the Redeemer",
     "长城,故宫,天安门,兵马俑,东方明珠,布达拉宫,埃菲尔铁塔,大本钟,自由女神像,泰姬陵,斗兽场,金字塔,金门大桥,"
     "比萨斜塔,悉尼歌剧院,富士山,白宫"},
    {"person", false, " person people man woman boy girl profession occupation job work 人 职业 工作 ",
     "man,woman,boy,girl,baby,child,old man,old woman,couple,family,people,crowd,police officer,firefighter,"
     "soldier,doctor,nurse,chef,waiter,teacher,student,farmer,worker,businessman,pilot,tennis player,"
     "baseball player,soccer player,skier,surfer,skateboarder,cyclist,dancer,singer,musician,bride,groom,"
     "clown,king,queen,dog",
     "男人,女人,男孩,女孩,婴儿,孩子,老人,情侣,一家人,人群,警察,消防员,士兵,医生,护士,厨师,服务员,老师,学生,"
     "农民,工人,飞行员,网球运动员,棒球运动员,足球运动员,滑雪者,冲浪者,骑车的人,舞者,歌手,音乐家,新娘,新郎,"
     "小丑,国王,女王,狗"},
    {"activity", true, " activity action event occasion celebration hobby 活动 动作 事情 ",
     "standing,sitting,lying,walking,running,jumping,sleeping,eating,drinking,cooking,reading,writing,"
     "talking,smiling,laughing,crying,playing,dancing,singing,swimming,surfing,skiing,snowboarding,"
     "skateboarding,riding a bicycle,riding a horse,driving,flying,climbing,fishing,working,shopping,"
     "cleaning,washing,painting,taking a photo,talking on the phone,using a computer,watching television,"
     "playing tennis,playing baseball,playing soccer,playing frisbee,playing guitar,flying a kite,"
     "throwing a ball,hugging,kissing,waiting,posing",
     "站着,坐着,躺着,走路,跑步,跳,睡觉,吃东西,喝水,做饭,看书,写字,聊天,笑,哭,玩耍,跳舞,唱歌,游泳,冲浪,滑雪,"
     "滑板,骑自行车,骑马,开车,飞,爬山,钓鱼,工作,购物,打扫,洗东西,画画,拍照,打电话,用电脑,看电视,打网球,"
     "打棒球,打篮球,踢足球,弹吉他,放风筝,扔球,拥抱,等待"},
    {"color", true, " color colour 颜色 ",
     "red,orange,yellow,green,blue,purple,pink,brown,black,white,gray,beige,gold,silver,black and white",
     "红色,橙色,黄色,绿色,蓝色,紫色,粉色,棕色,黑色,白色,灰色,米色,金色,银色,黑白色"},
    {"number", true, " number ", "0,1,2,3,4,5,6,7,8,9,10", "0,1,2,3,4,5,6,7,8,9,10"},
    {"digit", true, " digit ",
     "0,1,2,3,4,5,6,7,8,9,10,11,12,20,50,100",
     "0,1,2,3,4,5,6,7,8,9,10,11,12,20,50,100"},
    {"amount", true, " amount ", "no,a little,some,a lot of", "没有,一点,一些,很多"},
    {"degree", true, "", "not,a little,very", "不,有点,很"},
    {"weather", true, " weather 天气 ",
     "sunny,cloudy,rainy,snowy,foggy,windy,stormy,clear,hot,cold",
     "晴天,阴天,多云,下雨,下雪,有雾,刮风,暴风雨"},
    {"time of day", true, "",
     "morning,noon,afternoon,evening,night,dawn,sunset",
     "早上,中午,下午,傍晚,晚上,清晨,日落"},
    {"season", true, " season 季节 ", "spring,summer,autumn,winter", "春天,夏天,秋天,冬天"},
    {"clock", true, "",
     "one o'clock,two o'clock,three o'clock,four o'clock,five o'clock,six o'clock,seven o'clock,"
     "eight o'clock,nine o'clock,ten o'clock,eleven o'clock,twelve o'clock",
     "一点,两点,三点,四点,五点,六点,七点,八点,九点,十点,十一点,十二点"},
    {"feeling", true, " feeling emotion mood expression 心情 表情 情绪 ",
     "happy,sad,angry,surprised,scared,tired,bored,excited,calm,serious,confused,disgusted,relaxed,neutral",
     "开心,难过,生气,惊讶,害怕,疲惫,无聊,兴奋,平静,严肃,困惑"},
    {"age", true, " age 年纪 年龄 ", "a baby,young,middle-aged,old", "年幼,年轻,中年,年老"},
    {"size", true, " size 大小 ", "tiny,small,medium-sized,large,huge", "很小,小,中等,大,很大"},
    {"shape", true, " shape 形状 ",
     "round,square,rectangular,oval,triangular,heart-shaped,star-shaped,cylindrical,octagonal,diamond-shaped",
     "圆形,正方形,长方形,椭圆形,三角形,心形,星形,圆柱形,八角形,菱形"},
    {"gender", true, " gender sex 性别 ", "male,female", "男,女"},
    {"state", true, "",
     "new,old,clean,dirty,wet,dry,open,closed,empty,full,broken,good,bad,busy,crowded,quiet,hot,cold",
     "新,旧,干净,脏,湿,干,开着,关着,空,满,坏了,好,拥挤,安静"},
    {"material", true, " material fabric 材料 材质 ",
     "wood,metal,plastic,glass,stone,brick,concrete,paper,cardboard,leather,cloth,wool,cotton,rubber,"
     "ceramic,gold,steel,straw,snow,sand",
     "木头,金属,塑料,玻璃,石头,砖,混凝土,纸,纸板,皮革,布,羊毛,棉,橡胶,陶瓷,黄金,钢,稻草,雪,沙子"},
    {"pattern", true, " pattern design 图案 ",
     "stripes,polka dots,plaid,checks,flowers,animal print,stars,hearts,camouflage",
     "条纹,圆点,格子,花,豹纹,星星,爱心,迷彩"},
    {"language", true, " language 语言 ",
     "English,Chinese,Japanese,Korean,Spanish,French,German,Italian,Russian,Arabic,Hindi,Thai,Hebrew,Greek",
     "中文,英文,日文,韩文,西班牙文,法文,德文,俄文,阿拉伯文,泰文"},
    {"text", true, " text word letter 文字 字 ",
     "stop,exit,open,closed,sale,welcome,one way,no parking,do not enter,yield,danger,caution,police,taxi,"
     "bus,school,hotel,restaurant,coffee,happy birthday,love,hello",
     "停,出口,入口,营业中,打折,欢迎光临,禁止停车,禁止入内,危险,小心,警察,出租车,学校,酒店,餐厅,咖啡,"
     "生日快乐,福,你好"},
    {"brand", true, " brand logo company make 品牌 牌子 ",
     "Apple,Samsung,Sony,Dell,HP,Nike,Adidas,Puma,Coca-Cola,Pepsi,McDonald's,Starbucks,Toyota,Honda,Ford,"
     "BMW,Mercedes-Benz,Volkswagen,Ferrari,Canon,Nikon,Microsoft,Google",
     "苹果,三星,索尼,华为,小米,联想,戴尔,耐克,阿迪达斯,可口可乐,百事可乐,麦当劳,星巴克,丰田,本田,福特,宝马,"
     "奔驰,大众,法拉利,佳能,尼康"},
    {"direction", true, " direction 方向 ",
     "left,right,up,down,forward,back,at the camera,away from the camera",
     "左边,右边,上面,下面,前面,后面,镜头"},
    {"side", true, " side ", "left,right,near,far", "左,右"},
};
// clang-format on

}  // namespace

std::span<const Topic> topics() {
  return kTopics;
}

}  // namespace clip_classify
